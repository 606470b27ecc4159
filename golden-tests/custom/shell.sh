#!/bin/sh
# A handler in sh. It reads a call a line and answers each with one; everything else it says goes to standard error.

# What stands between two texts, the first time.
between() {
  text=${line#*"$1"}
  printf %s "${text%%"$2"*}"
}

# The ids of messages whose body is `bad`, with commas between.
bad() {
  printf '%s\n' "$line" | tr '{' '\n' | sed -n 's/^"id":\("[^"]*"\).*"body":"bad".*/\1/p' | paste -s -d , -
}

while IFS= read -r line; do
  call=${line#'{"call":'}
  call=${call%%,*}
  echo "call $call" >&2
  case $line in
    *',"event":{"version":1,"trigger":"http",'*) answer="{\"status\":200,\"body\":\"hello, $(between '"parameters":{"name":"' '"')\"}" ;;
    *',"event":{"version":1,"trigger":"queue",'*) answer="{\"failed\":[$(bad)]}" ;;
    *',"event":{"version":1,"trigger":"invoke",'*) answer="{\"called\":\"$(between '"invoke":"' '"')\"}" ;;
    *) answer=null ;;
  esac
  printf '{"call":%s,"answer":%s}\n' "$call" "$answer"
done
