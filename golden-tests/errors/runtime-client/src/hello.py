def handle(event, context):
    return {"status": 200}
