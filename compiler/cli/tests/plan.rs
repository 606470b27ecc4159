//! Plans as people and tools get them: pages that are compared with what lies in `golden-tests/plans/`, and what must hold of
//! all of them.

mod golden;
mod plan {
    pub mod app;
    mod approvals;
    mod bases;
    mod cases;
    mod matrix;
    mod order;
    mod secrets;
    mod views;
}
