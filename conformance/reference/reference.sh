#!/usr/bin/env bash
# The server ours is measured against: upstream's own binaries, built from the Go module proxy and run on loopback.
#   reference.sh build [NAME ...]        kube-apiserver kubectl etcd kube-controller-manager kubectl-convert; what is there is kept.
#                                        Others on demand: kube-scheduler kwok
#   reference.sh up DIR PORT ETCDPORT    etcd (ETCDPORT and the next) and kube-apiserver; writes DIR/kubeconfig, DIR/sa.key, pid files and
#                                        DIR/{ca,admin,serving}.{crt,key}. EXTRA adds flags; CERTIFICATES=DIR2 takes DIR2's certificates
#   reference.sh down DIR                ends what up started there, by pid
#   reference.sh source                  prints the folder of the k8s.io/kubernetes module
#   reference.sh stages                  prints how kwok plays nodes and pods: its own quick stages
# Knows nothing of our server. Binaries live in ${DINGHY_REFERENCE:-$HOME/.cache/kubernetes-reference}/bin.
set -euo pipefail
HOME_DIR=${DINGHY_REFERENCE:-$HOME/.cache/kubernetes-reference}
BIN=$HOME_DIR/bin
VERSION=1.36.3
ETCD_VERSION=v3.6.8
KWOK_VERSION=v0.8.0
export CGO_ENABLED=0

# A module that pins every staging repository to the release: the main module's own replace list counts only inside it.
enter_module() {
  mkdir -p "$HOME_DIR/k8s" && cd "$HOME_DIR/k8s"
  [ -s go.mod ] && return
  local upstream staging
  upstream=$(go mod download -json "k8s.io/kubernetes@v$VERSION" | sed -n 's/.*"GoMod": "\(.*\)",*/\1/p')
  {
    printf 'module reference\n\ngo 1.26.0\n\ngodebug default=go1.26\n\nrequire k8s.io/kubernetes v%s\n\nreplace (\n' "$VERSION"
    grep -oE 'k8s\.io/[a-z-]+ v0\.0\.0$' "$upstream" | cut -d' ' -f1 | sort -u | while read -r staging; do
      printf '\t%s => %s v0.%s\n' "$staging" "$staging" "${VERSION#1.}"
    done
    echo ')'
  } > go.mod.new
  mv go.mod.new go.mod
}

# A program from a module of its own.
build_alone() { # NAME MODULE VERSION PACKAGE
  mkdir -p "$HOME_DIR/m-$1" && cd "$HOME_DIR/m-$1"
  [ -f go.mod ] || printf 'module x\n\ngo 1.26.0\n' > go.mod
  go get "$2@$3"
  go build -mod=mod -trimpath -ldflags '-s -w' -o "$BIN/$1" "$4"
}

build() {
  local name version=k8s.io/component-base/version
  mkdir -p "$BIN"
  for name in "$@"; do
    [ -x "$BIN/$name" ] && continue
    echo "building $name"
    case $name in
      etcd) (build_alone etcd go.etcd.io/etcd/server/v3 "$ETCD_VERSION" go.etcd.io/etcd/server/v3); continue ;;
      kwok) (build_alone kwok sigs.k8s.io/kwok "$KWOK_VERSION" sigs.k8s.io/kwok/cmd/kwok); continue ;;
    esac
    (enter_module && go build -mod=mod -trimpath -o "$BIN/$name" \
      -ldflags "-s -w -X $version.gitVersion=v$VERSION -X $version.gitMajor=1 -X $version.gitMinor=36" "k8s.io/kubernetes/cmd/$name")
  done
}

signed_pair() { # NAME SUBJECT
  openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "$2" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 100 -out "$1.crt" -extfile <(
    printf 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:kubernetes.default.svc\nextendedKeyUsage=serverAuth,clientAuth'
  ) 2>/dev/null
}

make_certificates() {
  if [ -n "${CERTIFICATES:-}" ]; then
    cp "$CERTIFICATES"/{ca,admin,serving}.{crt,key} "$CERTIFICATES/sa.key" .
    return
  fi
  openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -subj /CN=reference-ca -days 100 2>/dev/null
  openssl genrsa -out sa.key 2048 2>/dev/null
  signed_pair admin /O=system:masters/CN=admin
  signed_pair serving /CN=kube-apiserver
}

write_kubeconfig() { # PORT
  local encoded
  encoded() { base64 < "$1" | tr -d '\n'; }
  cat > kubeconfig <<EOF
apiVersion: v1
kind: Config
clusters: [{name: reference, cluster: {server: "https://127.0.0.1:$1", certificate-authority-data: $(encoded ca.crt)}}]
users: [{name: admin, user: {client-certificate-data: $(encoded admin.crt), client-key-data: $(encoded admin.key)}}]
contexts: [{name: reference, context: {cluster: reference, user: admin}}]
current-context: reference
EOF
}

start_etcd() { # PORT
  local client=http://127.0.0.1:$1 peer=http://127.0.0.1:$(($1 + 1))
  "$BIN/etcd" --data-dir etcd --listen-client-urls "$client" --advertise-client-urls "$client" --listen-peer-urls "$peer" \
    --initial-advertise-peer-urls "$peer" --initial-cluster "default=$peer" --unsafe-no-fsync > etcd.log 2>&1 &
  echo $! > etcd.pid
}

start_apiserver() { # PORT ETCDPORT
  # shellcheck disable=SC2086 # EXTRA is a list of flags
  "$BIN/kube-apiserver" --etcd-servers="http://127.0.0.1:$2" --secure-port="$1" --bind-address=127.0.0.1 --advertise-address=127.0.0.1 \
    --tls-cert-file=serving.crt --tls-private-key-file=serving.key --client-ca-file=ca.crt --service-account-key-file=sa.key \
    --service-account-signing-key-file=sa.key --service-account-issuer=https://kubernetes.default.svc.cluster.local \
    --authorization-mode=Node,RBAC --service-cluster-ip-range=10.96.0.0/16 --allow-privileged=true ${EXTRA:-} > apiserver.log 2>&1 &
  echo $! > apiserver.pid
}

up() { # DIR PORT ETCDPORT
  local name port
  for name in etcd kube-apiserver; do [ -x "$BIN/$name" ] || { echo "missing $name: reference.sh build $name" >&2; exit 1; }; done
  for port in "$2" "$3" $(($3 + 1)); do
    if (exec 3<> "/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "port $port is in use" >&2; exit 1; fi
  done
  mkdir -p "$1" && cd "$1"
  if ls ./*.pid >/dev/null 2>&1; then echo "$1 has a running reference: down first" >&2; exit 1; fi
  rm -rf etcd
  make_certificates
  write_kubeconfig "$2"
  start_etcd "$3"
  start_apiserver "$2" "$3"
  for _ in $(seq 600); do
    kill -0 "$(cat apiserver.pid)" && kill -0 "$(cat etcd.pid)" || break
    if curl -sf --cacert ca.crt --cert admin.crt --key admin.key "https://127.0.0.1:$2/readyz" >/dev/null; then
      echo "ready: $PWD/kubeconfig"
      return
    fi
    sleep 0.1
  done
  echo "not ready; see $PWD/apiserver.log" >&2
  return 1
}

down() { # DIR
  local name pid
  cd "$1"
  for name in apiserver etcd; do
    [ -f "$name.pid" ] || continue
    pid=$(cat "$name.pid")
    # A pid may have been given to someone else since: only a process that runs one of our binaries is ours to end.
    case $(readlink "/proc/$pid/exe" || true) in
      "$(realpath "$BIN")"/*)
        kill "$pid"
        for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        kill -9 "$pid" 2>/dev/null || true ;;
    esac
    rm -f "$name.pid"
  done
}

stages() {
  local folder file
  folder=$(go mod download -json "sigs.k8s.io/kwok@$KWOK_VERSION" | sed -n 's/.*"Dir": "\(.*\)",*/\1/p')/kustomize/stage
  for file in "$folder"/node/fast/node-initialize.yaml "$folder"/node/heartbeat-with-lease/node-*.yaml "$folder"/pod/fast/pod-*.yaml; do
    echo ---
    cat "$file"
  done
}

case ${1:-} in
  build) shift; [ $# -gt 0 ] || set -- kube-apiserver kubectl etcd kube-controller-manager kubectl-convert; build "$@" ;;
  up) [ $# -eq 4 ] || { echo 'usage: reference.sh up DIR PORT ETCDPORT' >&2; exit 2; }; up "$2" "$3" "$4" ;;
  down) [ $# -eq 2 ] || { echo 'usage: reference.sh down DIR' >&2; exit 2; }; down "$2" ;;
  source) enter_module; go mod download -json "k8s.io/kubernetes@v$VERSION" | sed -n 's/.*"Dir": "\(.*\)",*/\1/p' ;;
  stages) stages ;;
  *) sed -n '2,11p' "$0"; exit 2 ;;
esac
