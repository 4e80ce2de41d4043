/** Calls functions of the program: hooks and transforms. */
import { CallbackInvokeRequest, CallbackInvokeResponse } from "@pulumi/pulumi/proto/callback_pb";

import type { Clock } from "../clock";
import { Code, GrpcClient, GrpcError, type Message, type MessageType } from "./grpc";

/** A function of the program, by its token. */
export interface Callback {
    /** The address of the program. */
    readonly target: string;
    readonly token: string;
}

export class Callbacks {
    private readonly clients = new Map<string, GrpcClient>();
    private calls = 0;
    private end!: () => void;
    private readonly ended = new Promise<void>((resolve) => (this.end = resolve));

    constructor(private readonly clock: Clock) {}

    /** The number of calls in progress. */
    get open(): number {
        return this.calls;
    }

    /**
     * Calls a function. Time may pass while it runs: a hook waits for the cluster.
     *
     * @throws GrpcError with the function's own message
     */
    async invoke<T>(callback: Callback, request: Message, response: MessageType<T>): Promise<T> {
        const call = new CallbackInvokeRequest();
        call.setToken(callback.token);
        call.setRequest(request.serializeBinary());
        const client = this.client(callback.target);
        const arrived = this.clock.hold();
        this.calls++;
        const answer = client.call("/pulumirpc.Callbacks/Invoke", call, CallbackInvokeResponse);
        // From here on, the event loop of the program shows whether it is busy.
        void client.ping().then(arrived, arrived);
        try {
            return response.deserializeBinary((await answer).getResponse_asU8());
        } catch (e) {
            if (e instanceof GrpcError && e.code === Code.UNAVAILABLE) {
                // The program has ended. The call fails when it is known how, since that is the cause.
                await this.ended;
                throw new Error("the program is gone");
            }
            throw e;
        } finally {
            this.calls--;
            const release = this.clock.hold();
            setImmediate(release);
        }
    }

    /** Ends all calls after the program has ended: calls in progress fail. */
    close(): void {
        this.end();
        for (const client of this.clients.values()) {
            client.close();
        }
        this.clients.clear();
    }

    private client(target: string): GrpcClient {
        let client = this.clients.get(target);
        if (client === undefined) {
            client = new GrpcClient(target);
            this.clients.set(target, client);
        }
        return client;
    }
}
