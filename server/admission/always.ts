// AlwaysAdmit and AlwaysDeny: for trying things out. Off by default. Upstream: plugin/pkg/admission/admit, plugin/pkg/admission/deny.
import { type AdmissionAttributes, type AdmissionPlugin, refused } from './admission.ts'

const ALL = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] as const

export const alwaysAdmit = (): AdmissionPlugin => ({ name: 'AlwaysAdmit', operations: ALL })

const deny = (attributes: AdmissionAttributes): never => {
  throw refused(attributes, 'admission control is denying all modifications')
}

export const alwaysDeny = (): AdmissionPlugin => ({ name: 'AlwaysDeny', operations: ALL, admit: deny, validate: deny })
