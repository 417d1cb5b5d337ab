#!/usr/bin/env bash
# A first session with stock kubectl: every command must succeed, and what it prints is checked. Closes with a count.
# Usage: first-session.sh [KUBECTL]   against the server of KUBECONFIG, or against one of its own when that is not set
set -uo pipefail
kubectl=${1:-kubectl}
passed=0
failed=0
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || { kill "$server"; wait "$server"; }; rm -rf "$folder"' EXIT

if [ -z "${KUBECONFIG:-}" ]; then
  port=$((20000 + RANDOM % 10000))
  "$(dirname "$0")/../../bin/dinghy" up --data-dir "$folder/data" --port "$port" > "$folder/server.log" 2>&1 &
  server=$!
  for _ in $(seq 100); do grep -q 'is ready' "$folder/server.log" && break; sleep 0.1; done
  export KUBECONFIG=$folder/data/kubeconfig
fi

check() { # WANTED COMMAND... : the command succeeds and prints a line that matches
  local wanted=$1 output
  shift
  if output=$("$@" 2>&1) && grep -qE -- "$wanted" <<<"$output"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED: %s\n  wanted: %s\n  printed: %s\n' "$*" "$wanted" "$output"
  fi
}

cat > "$folder/web.yaml" <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: chart}
data: {depth: "12"}
YAML

k() { "$kubectl" "$@"; }
check 'namespace/harbour created' k create namespace harbour
check 'deployment.apps/pier created' k create deployment pier --image=nginx -n harbour
check 'configmap/tide created' k create configmap tide --from-literal=high=6 -n harbour
check 'secret/anchor created' k create secret generic anchor --from-literal=weight=40 -n harbour
check 'serviceaccount/crew created' k create serviceaccount crew -n harbour
check '^eyJ[^.]+\.[^.]+\.[^.]+$' k create token crew -n harbour
check 'deployment.apps/web created' k apply -f "$folder/web.yaml" -n harbour
check 'configmap/chart (configured|unchanged)' k apply -f "$folder/web.yaml" -n harbour
check 'web +0/1 +0 +0 ' k get deployments -n harbour
check 'web +0/1 +0 +0 +\S+ +web +nginx +app=web' k get deployments -n harbour -o wide
check '^kind: Deployment$' k get deployment web -n harbour -o yaml
check '"kind": "Deployment"' k get deployment web -n harbour -o json
check '^deployment.apps/web$' k get deployment web -n harbour -o name
check '^nginx$' k get deployment web -n harbour -o 'jsonpath={.spec.template.spec.containers[0].image}'
check '^web$' k get deployment web -n harbour -o 'go-template={{.metadata.name}}'
check '^web +1$' k get deployment web -n harbour -o 'custom-columns=NAME:.metadata.name,REPLICAS:.spec.replicas'
"$kubectl" get configmaps -n harbour -w > "$folder/watch" 2>&1 &
watcher=$!
for _ in $(seq 50); do grep -q tide "$folder/watch" && break; sleep 0.1; done
check 'configmap/late created' k create configmap late --from-literal=a=b -n harbour
for _ in $(seq 50); do grep -q late "$folder/watch" && break; sleep 0.1; done
check 'late +1' cat "$folder/watch"
kill "$watcher"
"$kubectl" get configmap chart -n harbour -o yaml | sed 's/depth: "12"/depth: "9"/' > "$folder/chart.yaml"
check 'configmap/chart replaced' k replace -f "$folder/chart.yaml"
check '^9$' k get configmap chart -n harbour -o 'jsonpath={.data.depth}'
check 'deployment.apps/web labeled' k label deployment web tier=front -n harbour
check 'deployment.apps/web scaled' k scale deployment web --replicas=3 -n harbour
check '^3$' k get deployment web -n harbour -o 'jsonpath={.spec.replicas}'
check 'configmap/draft created \(server dry run\)' k create configmap draft --from-literal=a=b -n harbour --dry-run=server
check 'unknown field "spec.replica"' bash -c "sed 's/^spec:/spec:\n  replica: 2/' '$folder/web.yaml' | '$kubectl' apply -n harbour -f - 2>&1 || true"
check '^deployments +deploy +apps/v1 +true +Deployment' k api-resources
check '^apps/v1$' k api-versions
check 'Username +kubernetes-admin' k auth whoami
check '^yes$' k auth can-i create pods
check 'containers.*-required-' k explain pod.spec
check 'deployment.apps "web" deleted' k delete -f "$folder/web.yaml" -n harbour
check 'configmap "tide" deleted' k delete configmap tide -n harbour
check 'namespace "harbour" deleted' k delete namespace harbour --wait=false
check 'harbour +Terminating' k get namespace harbour
printf 'first session: %d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
