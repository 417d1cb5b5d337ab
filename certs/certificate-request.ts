// What a certificate signing request asks for. Loaded when the first one must be read: the library is large.
import 'reflect-metadata'
import { PemConverter, Pkcs10CertificateRequest } from '@peculiar/x509'

/** Organizations in the subject of a request, PEM in base64 as the API has it; or what is wrong with it. */
export const organizationsOf = (encoded: string): readonly string[] | { error: string } => {
  const pem = Buffer.from(encoded, 'base64').toString('latin1')
  const type = /-----BEGIN ([^-\n]+)-----/.exec(pem)?.[1]
  if (type !== 'CERTIFICATE REQUEST') return { error: 'PEM block type must be CERTIFICATE REQUEST' }
  try {
    return new Pkcs10CertificateRequest(PemConverter.decodeFirst(pem)).subjectName.getField('O')
  } catch (error) {
    return { error: (error as Error).message }
  }
}
