//! Reviews as people and tools get them: pages that are compared with what lies in `golden-tests/reviews/`, forms that
//! are checked by somebody else's schema, changes, gates and policies.

mod golden;
mod review {
    pub mod app;
    mod against;
    mod examples;
    mod forms;
    mod gates;
    mod hostile;
    mod policies;
}
