/** Who there is to be in the demo is told by name and role, and nothing else of them; without a demo nobody is. */
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { demoRoutes, type DemoPerson } from './demoPeople.ts'

const cleo = {
  email: 'cleo.ciso@northwind.example',
  displayName: 'Cleo Ferrant',
  role: 'ciso',
  unit: null,
  tenant: 'Northwind',
} satisfies DemoPerson

test('a password that came with a person does not leave by this door', async () => {
  const app = Fastify()
  demoRoutes(app, [{ ...cleo, password: 'not for the network' } as DemoPerson])
  const answer = await app.inject('/auth/demo')
  expect(answer.json()).toEqual({ people: [cleo] })
  expect(answer.headers['cache-control']).toBe('no-store')
})

test.each([undefined, []])('without a demo there is no such address', async (people) => {
  const app = Fastify()
  demoRoutes(app, people)
  expect((await app.inject('/auth/demo')).statusCode).toBe(404)
})
