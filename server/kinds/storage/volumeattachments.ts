// Volume attachments. Upstream: pkg/registry/storage/volumeattachment.
import { at, textAt } from '../../../apimachinery/kube-object.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf, USER_METADATA } from '../strategies.ts'
import { validateAttachment, validateAttachmentUpdate } from './storage-validation.ts'

export const volumeattachments = defineResource('storage.k8s.io', 'VolumeAttachment', {
  cells: {
    Attacher: (attachment) => textAt(attachment, 'spec', 'attacher'),
    PV: (attachment) => textAt(attachment, 'spec', 'source', 'persistentVolumeName'),
    Node: (attachment) => textAt(attachment, 'spec', 'nodeName'),
    Attached: (attachment) => at(attachment, 'status', 'attached') === true,
  },
  strategy: strategyOf(
    {
      statusKeeps: USER_METADATA,
      status: () => ({ attached: false }),
      conditionalUpdate: true,
      returnsDeletedObject: true,
      name: false,
    },
    { validate: validateAttachment, validateUpdate: validateAttachmentUpdate },
  ),
  statusRules: { validateUpdate: validateAttachmentUpdate },
})
