import unittest

import runtime

routes = runtime.load("routes")


def route(http):
    method, path = http.split(" ")
    parts = [part for part in path.split("/") if part]
    said = [
        {"rest": True} if part == "*" else {"parameter": part[1:-1]} if part[0] == "{" else {"literal": part}
        for part in parts
    ]
    return {"http": http, "method": method, "segments": said}


def found(asked, *declared):
    method, path = asked.split(" ", 1)
    best = routes.find([{"routes": [route(one) for one in declared]}], method, path)
    return best and (best[1]["http"], best[2])


class Find(unittest.TestCase):
    def check(self, asked, declared, http, **parameters):
        self.assertEqual(found(asked, *declared), http and (http, parameters))

    def test_the_root(self):
        self.check("GET /", ["GET /"], "GET /")
        self.check("GET /a", ["GET /"], None)

    def test_parameters(self):
        self.check("GET /shows/a b", ["GET /shows/{id}"], "GET /shows/{id}", id="a b")
        self.check("GET /shows/", ["GET /shows/{id}"], None)
        self.check("GET /shows/a/", ["GET /shows/{id}"], None)
        self.check("GET //shows/a", ["GET /shows/{id}"], None)

    def test_what_is_literal_wins_from_the_left(self):
        self.check("GET /a/b", ["GET /{x}/b", "GET /a/{y}"], "GET /a/{y}", y="b")
        self.check("GET /a/b", ["GET /*", "GET /a/*", "GET /a/{y}"], "GET /a/{y}", y="b")
        self.check("GET /a/b/c", ["GET /*", "GET /a/*", "GET /a/{y}"], "GET /a/*", **{"*": "b/c"})

    def test_a_method_of_its_own_wins(self):
        self.check("GET /a", ["ANY /a", "GET /a"], "GET /a")
        self.check("POST /a", ["ANY /a", "GET /a"], "ANY /a")
        self.check("ANY /a", ["GET /a"], None)
        self.check("HEAD /a", ["GET /a"], None)

    def test_the_rest(self):
        self.check("GET /", ["ANY /*"], "ANY /*", **{"*": ""})
        self.check("GET /a//b/", ["ANY /*"], "ANY /*", **{"*": "a//b/"})
        self.check("GET /files/", ["GET /files/*"], "GET /files/*", **{"*": ""})
        self.check("GET /files", ["GET /files/*"], None)


if __name__ == "__main__":
    unittest.main()
