// Metadata shown without its object comes from upstream's internal type, in which some annotations are fields.
import type { ObjectMeta } from '../../apimachinery/kube-object.ts'

/** The metadata as it is shown without its object. */
export const metadataAlone = (
  { fieldAnnotations }: { readonly fieldAnnotations?: readonly string[] },
  metadata: ObjectMeta,
): ObjectMeta => {
  if (!fieldAnnotations?.some((name) => name in (metadata.annotations ?? {}))) return metadata
  const { annotations = {}, ...rest } = metadata
  const kept = Object.entries(annotations).filter(([name]) => !fieldAnnotations.includes(name))
  return kept.length === 0 ? rest : { ...metadata, annotations: Object.fromEntries(kept) }
}
