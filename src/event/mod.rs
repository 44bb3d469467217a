//! Events: triggers, arguments, time and place, polarity and modality.
