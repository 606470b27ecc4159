import types
import unittest
from unittest import mock

import runtime

try:
    import flask
except ImportError:
    flask = None

CALLER = "pusher@p.iam.gserviceaccount.com"


@unittest.skipIf(flask is None, "there is no Flask")
class Callers(unittest.TestCase):
    """Who may push where the platform lets everybody in: the token's signature, its audience and its account decide."""

    def setUp(self):
        self.gcp, self.jwt, self.keys = runtime.load("gcp", "jwt", "keys", provider="gcp")
        self.verified = []

    def is_sent_by(self, claims=None, error=None, **environment):
        def verify(token, issuer, audiences, now=None, jwks=None):
            self.verified.append(
                (token, issuer, audiences, jwks is self.keys.at("https://www.googleapis.com/oauth2/v3/certs"))
            )
            if error:
                raise error
            return claims

        request = types.SimpleNamespace(headers={"authorization": "Bearer a.b.c"}, host="f.a.run.app")
        with (
            mock.patch.object(self.jwt, "verify", verify),
            mock.patch.dict("os.environ", {"PORTOLAN_OPEN": "true", **environment}),
        ):
            return self.gcp._is_sent_by(request, "PORTOLAN_CALLER")

    def test_the_account(self):
        claims = {"email": CALLER, "email_verified": True}
        self.assertTrue(self.is_sent_by(claims, PORTOLAN_CALLER=CALLER))
        self.assertTrue(self.is_sent_by(claims, PORTOLAN_CALLER=f"other@p,{CALLER}"))
        self.assertEqual(self.verified[0], ("a.b.c", "https://accounts.google.com", ["https://f.a.run.app"], True))

    def test_others(self):
        for claims in [
            {"email": "stranger@p", "email_verified": True},
            {"email": CALLER},
            {"email": CALLER, "email_verified": False},
            {"sub": CALLER},
        ]:
            self.assertFalse(self.is_sent_by(claims, PORTOLAN_CALLER=CALLER))

    def test_in_doubt_nobody(self):
        claims = {"email": CALLER, "email_verified": True}
        self.assertFalse(self.is_sent_by(claims))
        self.assertFalse(self.is_sent_by({"email": "", "email_verified": True}, PORTOLAN_CALLER=""))
        self.assertFalse(self.is_sent_by(error=self.jwt.Invalid("x"), PORTOLAN_CALLER=CALLER))
        self.assertFalse(self.is_sent_by(error=self.jwt.Unavailable("x"), PORTOLAN_CALLER=CALLER))


if __name__ == "__main__":
    unittest.main()
