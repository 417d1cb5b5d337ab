// Who a service account is as a user. Upstream: k8s.io/apiserver/pkg/authentication/serviceaccount.

/** The groups of every service account of a namespace. */
export const serviceAccountGroups = (namespace: string): string[] => ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
