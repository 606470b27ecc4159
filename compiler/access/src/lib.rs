//! Permission inference: from a model to the grants each function needs
