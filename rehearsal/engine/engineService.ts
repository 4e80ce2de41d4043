/** The engine's own service: messages of a program, and the resource at its root. */
import * as proto from "@pulumi/pulumi/proto/engine_pb";

import type { Diagnostic } from "../result";
import type { Method, Methods } from "./grpc";
import type { Journal } from "./journal";
import { Empty } from "./protobuf";

const SERVICE = "/pulumirpc.Engine/";
const SEVERITIES: readonly Diagnostic["severity"][] = ["debug", "info", "warning", "error"];

/** A prefix that the SDK adds to the error of a program or not, depending on which of its handlers runs first. */
const BY_CHANCE = /^Running program '.*' failed with an unhandled exception:\n/;

export interface EngineServiceOptions {
    readonly journal: Journal;
    /** Whether requests are refused by now. */
    readonly isDown: () => boolean;
    /** Called when the program logs an error. */
    readonly onError: () => void;
}

export class EngineService {
    private root = "";

    constructor(private readonly options: EngineServiceOptions) {}

    methods(): Methods {
        const unary = <T>(request: Method<T>["request"], handle: Method<T>["handle"]): Method<T> => ({ request, handle });
        return {
            [`${SERVICE}Log`]: unary(proto.LogRequest, (r: proto.LogRequest) => {
                this.log(r);
                return new Empty();
            }),
            [`${SERVICE}GetRootResource`]: unary(proto.GetRootResourceRequest, () => {
                const response = new proto.GetRootResourceResponse();
                response.setUrn(this.root);
                return response;
            }),
            [`${SERVICE}SetRootResource`]: unary(proto.SetRootResourceRequest, (r: proto.SetRootResourceRequest) => {
                this.root = r.getUrn();
                return new proto.SetRootResourceResponse();
            }),
            [`${SERVICE}StartDebugging`]: unary(proto.StartDebuggingRequest, () => new Empty()),
            // The stand-in supports every version of the engine that the program requires.
            [`${SERVICE}RequirePulumiVersion`]: unary(
                proto.RequirePulumiVersionRequest,
                () => new proto.RequirePulumiVersionResponse(),
            ),
        };
    }

    private log(request: proto.LogRequest): void {
        const { journal, isDown, onError } = this.options;
        const severity = SEVERITIES[request.getSeverity()] ?? "info";
        const urn = request.getUrn() === "" ? undefined : request.getUrn();
        // The SDK logs an error for each request that a closed monitor refuses.
        if (severity === "debug" || (severity === "error" && isDown())) {
            return;
        }
        if (request.getEphemeral()) {
            if (urn !== undefined) {
                journal.emit({ kind: "waiting", urn, message: request.getMessage() });
            }
            return;
        }
        journal.say(severity, request.getMessage().replace(BY_CHANCE, "").trimEnd(), urn);
        if (severity === "error") {
            onError();
        }
    }
}
