import * as http from "node:http";
import type { AddressInfo } from "node:net";

import { revokeKeys } from "../../../components/reset/keys";

interface Asked {
    readonly path: string | undefined;
    readonly authorization: string | undefined;
    readonly body: unknown;
}

describe("keys", () => {
    const asked: Asked[] = [];
    let answer: { code: number; body: string };
    const server = http.createServer((request, response) => {
        let text = "";
        request.on("data", (chunk: Buffer) => (text += chunk.toString()));
        request.on("end", () => {
            asked.push({ path: request.url, authorization: request.headers.authorization, body: JSON.parse(text) });
            response.writeHead(answer.code).end(answer.body);
        });
    });
    let url: string;
    beforeAll(async () => {
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => server.close());
    beforeEach(() => {
        asked.length = 0;
        answer = { code: 200, body: '{"revokedCount": 2, "message": "done"}' };
    });

    it("are revoked user by user, and counted", async () => {
        expect(await revokeKeys({ url, token: "sha256~secret", users: ["ann", "bob"] })).toBe(4);
        expect(asked).toEqual(
            ["ann", "bob"].map((username) => ({
                path: "/maas-api/v1/api-keys/bulk-revoke",
                authorization: "Bearer sha256~secret",
                body: { username },
            })),
        );
    });

    it.each([
        [401, /answered 401: the token is no longer valid: log in again/],
        [403, /answered 403: only administrators of OpenShift AI/],
        [500, /answered 500: AUTH_FAILURE/],
    ])("stop at the first refusal, %i, with what to do and without the token", async (code, message) => {
        answer = { code, body: "AUTH_FAILURE" };
        const failure = await revokeKeys({ url, token: "sha256~secret", users: ["ann", "bob"] }).catch((e: Error) => e.message);
        expect(failure).toMatch(message);
        expect(failure).not.toContain("sha256~secret");
        expect(asked).toHaveLength(1);
    });

    it("say what to do when the API does not answer", async () => {
        await expect(revokeKeys({ url: "http://127.0.0.1:1", token: "t", users: ["ann"] })).rejects.toThrow(
            /cannot be reached: .*--keep-keys/,
        );
    });
});
