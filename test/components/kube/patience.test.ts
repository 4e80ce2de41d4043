/** What the client does when an API server asks to be asked again, and when the answer of a log breaks. */
import * as http from "node:http";

import { type KindPath, Kube } from "../../../components/kube";
import { Kubeconfigs, listening } from "./kubeconfigs";

const pods: KindPath = { apiVersion: "v1", plural: "pods", namespace: "x" };
type Answer = readonly [code: number, retryAfter?: string | undefined, body?: string];

const files = new Kubeconfigs();
let server: http.Server;
let answers: Answer[];
let asked: string[];
let kube: Kube;

beforeEach(async () => {
    asked = [];
    server = http.createServer((request, response) => {
        asked.push(`${request.method} ${request.url}`);
        const [code, retryAfter, body = "{}"] = answers.length > 1 ? answers.shift()! : answers[0]!;
        response.writeHead(code, retryAfter === undefined ? {} : { "Retry-After": retryAfter });
        if (body.startsWith("half ")) {
            response.write(body, () => setTimeout(() => response.socket?.destroy(), 20));
            return;
        }
        response.end(body);
    });
    const port = await listening(server);
    kube = await Kube.connect(undefined, files.to(`http://127.0.0.1:${port}`, { "insecure-skip-tls-verify": true }));
});
afterEach(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
});
afterAll(() => files.remove());

const list = (): Promise<unknown> => kube.list(pods);
const create = (): Promise<unknown> => kube.create(pods, {});
const OK: Answer = [200, undefined, '{"items":[]}'];

it.each<[string, () => Promise<unknown>, Answer[], number]>([
    ["a read after 429", list, [[429, "0"], [429, "0"], OK], 3],
    ["a read after 503 that names a time", list, [[503, "0"], OK], 2],
    ["a write after 429, which did nothing", create, [[429, "0"], [201]], 2],
])("asks again: %s", async (_what, ask, given, times) => {
    answers = given;
    await ask();
    expect(asked).toHaveLength(times);
});

it.each<[string, () => Promise<unknown>, Answer[], number, number]>([
    ["a write after 503, which may have done something", create, [[503, "0"], [201]], 1, 503],
    ["after 503 that names no time", list, [[503], OK], 1, 503],
    ["when the time is too long to wait", list, [[429, "3600"], OK], 1, 429],
    ["more than ten times", list, [[429, "0"]], 11, 429],
])("does not ask again: %s", async (_what, ask, given, times, code) => {
    answers = given;
    await expect(ask()).rejects.toMatchObject({ code });
    expect(asked).toHaveLength(times);
});

it("keeps the deadline of a wait", async () => {
    answers = [[429, "30"]];
    await expect(kube.until(pods, "p", () => undefined, 0)).rejects.toMatchObject({ code: 429 });
    expect(asked).toHaveLength(1);
});

describe("the end of a log", () => {
    const log = (bytes: number) => kube.log({ namespace: "x", pod: "p", container: "c", sinceSeconds: 60, lines: 5, bytes });

    it("is whole lines, and is asked for as kubectl does", async () => {
        answers = [[200, undefined, "first\nsecond\nthird\n"]];
        expect(await log(1000)).toEqual({ text: "first\nsecond\nthird\n", cut: false });
        expect(await log(9)).toEqual({ text: "third\n", cut: true });
        expect(asked[0]).toBe("GET /api/v1/namespaces/x/pods/p/log?container=c&timestamps=true&sinceSeconds=60&tailLines=5");
    });

    it("that breaks in the middle is told as far as it came", async () => {
        answers = [[200, undefined, "half of it"]];
        expect(await log(1000)).toEqual({ text: "half of it", cut: false, broken: expect.stringContaining("aborted") });
    });

    it.each<[Answer, RegExp]>([
        [[204], /^pod x\/p is on no node$/],
        [
            [400, undefined, '{"message":"container \\"c\\" is waiting to start"}'],
            /^log of c: container "c" is waiting to start$/,
        ],
        [[302], /^log of c: HTTP 302$/],
    ])("that is refused: %j", async (answer, message) => {
        answers = [answer];
        await expect(log(1000)).rejects.toThrow(message);
    });
});
