// A StatusError in the format the client accepts. Upstream: endpoints/handlers/responsewriters ErrorNegotiated.
import { writeJson } from '../../apimachinery/json-write.ts'
import type { StatusError } from '../../apimachinery/status-error.ts'
import type { SchemaSet } from '../../openapi/schema-set.ts'
import type { RequestContext } from '../http/request-context.ts'
import { errorHeaders, PROTOBUF_TYPE, sendError, YAML_TYPE, yamlOf } from '../http/response.ts'
import { objectEnvelope } from './protobuf-answers.ts'
import { errorFormat } from './representation.ts'
import { STATUS } from './scope.ts'

/** Answers requests with errors. */
export const errorAnswer =
  (schemas: SchemaSet) =>
  (context: RequestContext, error: StatusError): void => {
    const format = errorFormat(context.exchange.headers.accept)
    if (format === 'json') return sendError(context, error)
    const isYaml = format === 'yaml'
    const body = isYaml ? yamlOf(Buffer.from(writeJson(error.status))) : objectEnvelope(schemas.type(STATUS), error.status)
    context.exchange.respond(error.code, errorHeaders(context, error, isYaml ? YAML_TYPE : PROTOBUF_TYPE), body)
  }
