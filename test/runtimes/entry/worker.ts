import { report, type Surroundings } from '../checks.ts'

/** A module worker: what it is asked with says where the server is. */
// biome-ignore lint/style/noDefaultExport: workerd asks for it
export default {
  fetch: async (request: Request): Promise<Response> => {
    const surroundings: Surroundings = JSON.parse(await request.text())
    return Response.json(await report(surroundings))
  },
}
