#!/bin/sh
# Greets by name. One line of JSON comes in for each call, and one line goes out. Whatever else there is to say belongs on
# standard error, which is the log.

while IFS= read -r line; do
  call=${line#'{"call":'}
  call=${call%%,*}
  name=${line#*'"parameters":{"name":"'}
  name=${name%%'"'*}
  case $name in
    '' | *[!A-Za-z0-9-]*) status=404 body='nobody of that name' ;;
    *) status=200 body="hello, $name" ;;
  esac
  echo "call $call: $status" >&2
  printf '{"call":%s,"answer":{"status":%s,"body":"%s\\n"}}\n' "$call" "$status" "$body"
done
