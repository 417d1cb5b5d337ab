# Sourced before every line of a session: what a person does with two terminals or with an editor, as functions.

# watching SEEN ACTION COMMAND...: runs COMMAND until its output has SEEN, typing ACTION once the first line is there; prints the output
watching() {
  local seen=$1 action=$2 output watcher
  shift 2
  output=$(mktemp)
  "$@" > "$output" 2>&1 &
  watcher=$!
  for _ in $(seq 100); do [ -s "$output" ] && break; sleep 0.05; done
  eval "$action" > /dev/null
  for _ in $(seq 200); do grep -qE -- "$seen" "$output" && break; sleep 0.05; done
  kill "$watcher"
  wait "$watcher" 2> /dev/null
  cat "$output"
  rm -f "$output"
}

# served PATH COMMAND...: starts COMMAND, which prints a line with 127.0.0.1:PORT, and asks that port for PATH
served() {
  local path=$1 output server port
  shift
  output=$(mktemp)
  "$@" > "$output" 2>&1 &
  server=$!
  for _ in $(seq 100); do grep -q 127.0.0.1: "$output" && break; sleep 0.05; done
  port=$(grep -o '127.0.0.1:[0-9]*' "$output" | head -1)
  curl -s "http://$port$path"
  echo
  kill "$server"
  wait "$server" 2> /dev/null
  sed "s/$port/127.0.0.1:PORT/" "$output"
  rm -f "$output"
}
