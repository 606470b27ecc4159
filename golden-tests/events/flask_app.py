"""An application of Flask's; the one of FastAPI's beside it does the same."""

from flask import Flask, Response, jsonify, request

app = Flask(__name__)


@app.get("/hello/<name>")
def hello(name):
    return jsonify(hello=name, tags=request.args.getlist("tag"), theme=request.cookies.get("theme"))


@app.post("/echo")
def echo():
    return Response(request.get_data(), 201, content_type=request.content_type)


@app.get("/cookies")
def cookies():
    answer = Response("two", content_type="text/plain")
    answer.headers.add("set-cookie", "a=1; Path=/")
    answer.headers.add("set-cookie", "b=2; Path=/; HttpOnly")
    answer.headers.add("x-one", "1")
    answer.headers.add("x-one", "2")
    return answer


@app.get("/stream")
def stream():
    return Response((bytes([255, count]) for count in range(3)), content_type="application/octet-stream")


@app.get("/state")
def state():
    return jsonify(started=1)


@app.get("/broken")
def broken():
    raise RuntimeError("the secret is 42")


@app.get("/unavailable")
def unavailable():
    return Response("later", 503, content_type="text/plain")
