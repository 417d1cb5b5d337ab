// Subresources that are connections: the options in their query, and the place they lead to. Nothing here knows how bytes travel.
// Upstream: rest.Connecter in k8s.io/apiserver/pkg/registry/rest/rest.go.
import type { FieldError } from '../../apimachinery/field-error.ts'
import type { ValueMap } from '../../apimachinery/kube-object.ts'
import type { UserInfo } from './resource-definition.ts'

/** As whom to go there: to kubelets with the server's certificate, theirs checked or not; to anybody else without. */
export type BackendTrust = 'kubelet' | 'unchecked kubelet' | 'anybody'

export interface Backend {
  readonly scheme: 'http' | 'https'
  readonly host: string
  /** '' for the scheme's own. */
  readonly port: string
  /** Decoded; '' or absolute. */
  readonly path: string
  readonly query: string
  readonly trust: BackendTrust
  /** The node speaks to websockets itself, in all their protocols. */
  readonly takesWebsockets?: boolean
}

export interface ConnectionRequest {
  /** The name in the URL: proxies take `scheme:name:port`. */
  readonly name: string
  readonly namespace: string
  readonly verb: string
  readonly user: UserInfo
  readonly version: string
  readonly subresource: string
  readonly options: ValueMap
}

export interface ConnectionRule {
  /** What travels: a log's text, a command's streams, forwarded ports, or requests of any kind. */
  readonly way: 'log' | 'command' | 'ports' | 'requests'
  /** Type of the options, `core/v1.PodExecOptions`. */
  readonly options: string
  validate?(options: ValueMap): FieldError[]
  /** Undefined where there is nothing to be had yet. Throws StatusError. */
  locate(request: ConnectionRequest): Promise<Backend | undefined>
}
