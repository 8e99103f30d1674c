/**
 * Query texts, read once: parsed, limited, validated, and the way each of their
 * operations goes.
 *
 * What is remembered depends on the text alone, never on who sent it; a text
 * that is refused is remembered as its refusal.
 */
import {
  GraphQLError,
  Kind,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type OperationDefinitionNode,
  type ValidationRule,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { estimateOf, type Estimate } from './cost.ts'
import { introspectionRules, limitRules, queryCharsMax, tokensMax } from './limits.ts'
import type { PublicGraph } from './supergraph.ts'

export interface KnownOperation {
  readonly text: string
  readonly document: DocumentNode
  readonly name: string | undefined
  readonly kind: 'query' | 'mutation'
  readonly estimate: Estimate
  /** The one service that answers it alone, or null. Planned when first asked for. */
  readonly soleService: string | null
}

/** Why a text is not executed: parse or validation errors, without a request id. */
export interface RefusedDocument {
  readonly errors: readonly { readonly message: string; readonly code: string }[]
}

export interface Documents {
  /** The operation of a text; the only one when no name is given. */
  find(text: string, operationName: string | undefined): KnownOperation | RefusedDocument
}

/** Texts remembered, and how much of them: parsed and planned, a text takes a hundred times its length. */
const documentsMax = 2_000
const charactersMax = 2 * 1024 * 1024
const errorsShown = 10

type Known = RefusedDocument | ReadonlyMap<string, KnownOperation>

export function isRefusedDocument(known: KnownOperation | RefusedDocument | Known): known is RefusedDocument {
  return 'errors' in known
}

/** @param introspection true lets clients read the schema and be helped with names: never for the public. */
export function openDocuments(graph: PublicGraph, introspection: boolean): Documents {
  const cache = new LRUCache<string, Known>({
    max: documentsMax,
    maxSize: charactersMax,
    sizeCalculation: (_known, text) => text.length + 256,
  })
  const first = [...limitRules(), ...introspectionRules(introspection)]

  function read(text: string): Known {
    if (text.length > queryCharsMax) return refused(`a query has at most ${queryCharsMax} characters`, 'BAD_REQUEST')
    let document: DocumentNode
    try {
      document = parse(text, { maxTokens: tokensMax, noLocation: true })
    } catch (error) {
      return refused(error instanceof GraphQLError ? error.message : 'the query is not GraphQL', 'GRAPHQL_PARSE_FAILED')
    }
    const errors = check(first, document) ?? check(specifiedRules, document)
    return errors ?? operationsOf(text, document)
  }

  function check(rules: readonly ValidationRule[], document: DocumentNode): RefusedDocument | null {
    let errors: readonly GraphQLError[]
    try {
      errors = validate(graph.schema, document, rules, { maxErrors: errorsShown, hideSuggestions: !introspection })
    } catch (error) {
      errors = error instanceof GraphQLError ? [error] : [new GraphQLError('the query cannot be validated')]
    }
    if (errors.length === 0) return null
    const code = 'GRAPHQL_VALIDATION_FAILED'
    return { errors: errors.map(({ message }) => ({ message: message.replace(/^Syntax Error: /, ''), code })) }
  }

  function operationsOf(text: string, document: DocumentNode): Known {
    const operations = new Map<string, KnownOperation>()
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue
      if (definition.operation === 'subscription')
        return refused('there are no subscriptions; see `/events`', 'BAD_REQUEST')
      operations.set(definition.name?.value ?? '', knownOperation(text, document, definition, definition.operation))
    }
    return operations.size === 0 ? refused('the query has no operation', 'BAD_REQUEST') : operations
  }

  function knownOperation(
    text: string,
    document: DocumentNode,
    definition: OperationDefinitionNode,
    kind: 'query' | 'mutation',
  ): KnownOperation {
    const name = definition.name?.value
    let sole: string | null | undefined
    return {
      text,
      document,
      name,
      kind,
      estimate: estimateOf(graph.schema, document, definition),
      get soleService() {
        if (sole === undefined) sole = graph.soleService(document, name)
        return sole
      },
    }
  }

  return {
    find(text, operationName) {
      let known = cache.get(text)
      if (known === undefined) {
        known = read(text)
        cache.set(text, known)
      }
      if (isRefusedDocument(known)) return known
      if (operationName !== undefined) {
        return known.get(operationName) ?? refused('the query has no operation of that name', 'BAD_REQUEST')
      }
      if (known.size > 1) return refused('say which operation with `operationName`', 'BAD_REQUEST')
      return known.values().next().value!
    },
  }
}

function refused(message: string, code: string): RefusedDocument {
  return { errors: [{ message, code }] }
}
