"""An application of FastAPI's; the one of Flask's beside it does the same."""

import contextlib

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

STARTED = []


@contextlib.asynccontextmanager
async def lifespan(_):
    STARTED.append(True)
    yield {"started": len(STARTED)}


app = FastAPI(lifespan=lifespan)


@app.get("/hello/{name}")
async def hello(name: str, request: Request):
    return {"hello": name, "tags": request.query_params.getlist("tag"), "theme": request.cookies.get("theme")}


@app.post("/echo")
async def echo(request: Request):
    return Response(await request.body(), 201, {"content-type": request.headers["content-type"]})


@app.get("/cookies")
def cookies():
    answer = Response("two", headers={"content-type": "text/plain"})
    answer.headers.append("set-cookie", "a=1; Path=/")
    answer.headers.append("set-cookie", "b=2; Path=/; HttpOnly")
    answer.headers.append("x-one", "1")
    answer.headers.append("x-one", "2")
    return answer


@app.get("/stream")
async def stream():
    async def pieces():
        for count in range(3):
            yield bytes([255, count])

    return StreamingResponse(pieces(), headers={"content-type": "application/octet-stream"})


@app.get("/state")
async def state(request: Request):
    return JSONResponse({"started": request.state.started})


@app.get("/broken")
async def broken():
    raise RuntimeError("the secret is 42")


@app.get("/unavailable")
async def unavailable():
    return Response("later", 503, {"content-type": "text/plain"})
