//! What the generated entry does in a platform's place, and the variables that tell it how.

use crate::Kinds;
use portolan_model::{Auth, Function, Host};
use portolan_value::Value;

/// What only the generated entry can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Guards {
    /// Verify the tokens of an own host whose `auth` is `jwt`.
    pub jwt: bool,
    /// Answer preflights, and say which web pages may read answers.
    pub cors: bool,
    /// Find out when a tick was due.
    pub due: bool,
}

/// The variable that holds who issues the tokens that the entry verifies.
pub const ISSUER: &str = "PORTOLAN_HTTP_ISSUER";

/// The variables that hold whom those tokens are for: the first, the second, …
#[must_use]
pub fn audience(index: usize) -> String {
    match index {
        0 => "PORTOLAN_HTTP_AUDIENCE".to_owned(),
        _ => format!("PORTOLAN_HTTP_AUDIENCE{}", index + 1),
    }
}

/// What the entry of a function verifies the tokens of its own host by. They are variables, since their texts may be known
/// only when the app is deployed, and so that the template says what is asked of a caller.
#[must_use]
pub fn token_variables(function: &Function, kinds: &Kinds<'_>) -> Vec<(String, Value)> {
    let own = function.http().find(|(_, http)| http.host == Host::Own);
    let Some(Auth::Jwt { issuer, audience: audiences }) = own.map(|(_, http)| &http.auth.value) else {
        return Vec::new();
    };
    let audiences = audiences.iter().enumerate().map(|(index, text)| (audience(index), kinds.text(text)));
    std::iter::once((ISSUER.to_owned(), kinds.text(issuer))).chain(audiences).collect()
}
