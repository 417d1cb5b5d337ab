// Label selectors as members of objects. Upstream: LabelSelectorAsSelector of k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go.

export type Labels = Readonly<Record<string, string>>

export interface LabelSelectorRequirement {
  key?: string
  operator?: string
  values?: readonly string[]
}

/** metav1.LabelSelector: absent selects nothing, empty everything. */
export interface LabelSelector {
  matchLabels?: Labels
  matchExpressions?: readonly LabelSelectorRequirement[]
}

const meets = ({ key = '', operator, values = [] }: LabelSelectorRequirement, labels: Labels): boolean => {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    default:
      return value === undefined
  }
}

/** Whether a usable selector takes these labels. */
export const selectorMatches = (selector: LabelSelector | null | undefined, labels: Labels = {}): boolean => {
  if (!selector) return false
  for (const key in selector.matchLabels) if (!Object.hasOwn(labels, key) || labels[key] !== selector.matchLabels[key]) return false
  return (selector.matchExpressions ?? []).every((requirement) => meets(requirement, labels))
}
