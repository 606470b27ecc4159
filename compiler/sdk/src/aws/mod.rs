//! Amazon Web Services: services, their operations, and the permissions those need.
