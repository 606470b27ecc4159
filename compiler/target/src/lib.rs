//! The back end's door: six questions every target answers
