import { SupportsFeatureRequest, SupportsFeatureResponse } from "@pulumi/pulumi/proto/resource_pb";

import { Code, GrpcClient, GrpcError, GrpcServer, type MessageType } from "../../../rehearsal/engine/grpc";

const PATH = "/pulumirpc.ResourceMonitor/SupportsFeature";
const request = (id: string): SupportsFeatureRequest => {
    const message = new SupportsFeatureRequest();
    message.setId(id);
    return message;
};
const responseType = SupportsFeatureResponse as unknown as MessageType<SupportsFeatureResponse>;

async function withServer(
    handle: (r: SupportsFeatureRequest) => Promise<SupportsFeatureResponse>,
    test: (client: GrpcClient, server: GrpcServer, address: string) => Promise<void>,
): Promise<void> {
    const server = new GrpcServer({ [PATH]: { request: SupportsFeatureRequest as never, handle } });
    const address = await server.listen();
    const client = new GrpcClient(address);
    try {
        await test(client, server, address);
    } finally {
        client.close();
        await server.close();
    }
}

const yes = (has: boolean): SupportsFeatureResponse => {
    const message = new SupportsFeatureResponse();
    message.setHassupport(has);
    return message;
};

describe("gRPC on HTTP/2", () => {
    it("carries calls both ways, also large ones and many at a time", () =>
        withServer(
            async (r) => yes(r.getId().length === 5_000_000 || r.getId() === "x"),
            async (client) => {
                expect((await client.call(PATH, request("x".repeat(5_000_000)), responseType)).getHassupport()).toBe(true);
                const many = await Promise.all(Array.from({ length: 500 }, () => client.call(PATH, request("x"), responseType)));
                expect(many.every((m) => m.getHassupport())).toBe(true);
            },
        ));

    it("is understood by the gRPC library that programs use, error messages included", () =>
        withServer(
            (r) =>
                r.getId() === "bad" ? Promise.reject(new Error("default/ü 100% 'x'\nsecond line")) : Promise.resolve(yes(true)),
            async (_client, _server, address) => {
                const grpc = require("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
                const { ResourceMonitorClient } = require("@pulumi/pulumi/proto/resource_grpc_pb") as any;
                const theirs = new ResourceMonitorClient(address, grpc.credentials.createInsecure());
                const call = (id: string) =>
                    new Promise<any>((resolve) =>
                        theirs.supportsFeature(request(id), (e: any, r: any) =>
                            resolve(e ? [e.code, e.details] : r.getHassupport()),
                        ),
                    );
                expect(await call("good")).toBe(true);
                expect(await call("bad")).toEqual([Code.UNKNOWN, "default/ü 100% 'x'\nsecond line"]);
                theirs.close();
            },
        ));

    it("says what it does not know, and when the other side is gone", () =>
        withServer(
            () => new Promise(() => undefined),
            async (client, server) => {
                const failure = (e: unknown) => e as GrpcError;
                expect(await client.call("/nowhere", request("x"), responseType).catch(failure)).toMatchObject({
                    code: Code.UNIMPLEMENTED,
                    details: "unknown method /nowhere",
                });
                const cut = client.call(PATH, request("x"), responseType).catch(failure);
                await client.ping();
                await server.close();
                expect(await cut).toMatchObject({ code: Code.UNAVAILABLE });
                expect(await client.call(PATH, request("x"), responseType).catch(failure)).toMatchObject({
                    code: Code.UNAVAILABLE,
                });
            },
        ));

    it("pings its clients, and does not wait for one that goes away", () =>
        withServer(
            async () => yes(true),
            async (client, server) => {
                await client.call(PATH, request("x"), responseType);
                expect(server.clients).toBe(1);
                await server.ping();
                const ping = server.ping();
                client.close();
                await ping;
                await server.ping();
            },
        ));
});
