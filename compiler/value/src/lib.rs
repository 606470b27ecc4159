//! Values, resources and addresses: what lowering produces and encoders write down
