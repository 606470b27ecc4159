//! The azure back end
