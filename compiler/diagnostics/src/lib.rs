//! Sources, spans and diagnostics: what every room of Portolan says and where it points
