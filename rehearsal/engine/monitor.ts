/** The resource monitor, the service to which a program sends its resources. */
import * as callback from "@pulumi/pulumi/proto/callback_pb";
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";

import type { Callback, Callbacks } from "./callbacks";
import { type Deployment, DuplicateUrn } from "./deployment";
import { EngineService } from "./engineService";
import type { Registration } from "./entry";
import { Goals } from "./goals";
import { Code, GrpcError, type Method, type Methods } from "./grpc";
import type { Hooks } from "./hooks";
import type { Journal } from "./journal";
import { Empty } from "./protobuf";
import { callbackOf } from "./request";
import { STACK_TYPE } from "./urn";
import { decodeStruct, encodeStruct, type Values } from "../values";

/** The features that an engine of mid 2026 has, by the ids that SDKs ask for. */
const FEATURES = new Set([
    "secrets",
    "resourceReferences",
    "outputValues",
    "aliasSpecs",
    "replacementTrigger",
    "deletedWith",
    "replaceWith",
    "transforms",
    "invokeTransforms",
    "parameterization",
    "resourceHooks",
    "errorHooks",
    "sendsOptionsToHooks",
]);

/** The error of every request after that. */
const SHUT_DOWN = "resource monitor shut down";

export interface MonitorOptions {
    readonly stack: string;
    readonly project: string;
    readonly deployment: Deployment;
    readonly hooks: Hooks;
    readonly callbacks: Callbacks;
    readonly journal: Journal;
    /** Called with the first resource beside the stack itself, and at the end of a program that has none. */
    readonly onFirst: () => void;
    /** Called when the program has ended without an error, while its hooks can still be called. */
    readonly onShutdown: () => Promise<void>;
}

export class Monitor {
    private readonly goals: Goals;
    private readonly engine: EngineService;
    private readonly invokeTransforms: Callback[] = [];
    private readonly packages = new Map<string, string>();
    private readonly calls = new Map<number, string>();
    private callCount = 0;
    private gone: string | undefined;

    constructor(private readonly options: MonitorOptions) {
        const { deployment, journal } = options;
        this.goals = new Goals({ ...options, goalOf: (urn) => deployment.goalOf(urn) });
        this.engine = new EngineService({
            journal,
            isDown: () => this.isDown,
            onError: () => deployment.markFailed(),
        });
    }

    /** Requests of the program that are in progress, apart from resources. */
    get openCalls(): string[] {
        return [...this.calls.values()];
    }

    /** Whether requests are refused by now. */
    get isDown(): boolean {
        return this.gone !== undefined;
    }

    /** Refuses every further request, as an engine that shuts down. */
    shutDown(reason: string): void {
        this.gone ??= reason;
    }

    /** Both services. */
    methods(): Methods {
        const monitor = "/pulumirpc.ResourceMonitor/";
        const unary = <T>(request: Method<T>["request"], handle: Method<T>["handle"]): Method<T> => ({
            request,
            handle: async (message: T) => {
                if (this.gone !== undefined) {
                    throw new GrpcError(Code.UNAVAILABLE, this.gone);
                }
                return handle(message);
            },
        });
        return {
            [`${monitor}SupportsFeature`]: unary(proto.SupportsFeatureRequest, (r: proto.SupportsFeatureRequest) => {
                const response = new proto.SupportsFeatureResponse();
                response.setHassupport(FEATURES.has(r.getId()));
                return response;
            }),
            [`${monitor}RegisterResource`]: unary(proto.RegisterResourceRequest, (r: proto.RegisterResourceRequest) =>
                this.register(r),
            ),
            [`${monitor}RegisterResourceOutputs`]: unary(
                proto.RegisterResourceOutputsRequest,
                async (r: proto.RegisterResourceOutputsRequest) => {
                    await this.options.deployment.registerOutputs(r.getUrn(), decodeStruct(r.getOutputs()));
                    return new Empty();
                },
            ),
            [`${monitor}ReadResource`]: unary(proto.ReadResourceRequest, (r: proto.ReadResourceRequest) => this.read(r)),
            [`${monitor}Invoke`]: unary(proto.ResourceInvokeRequest, (r: proto.ResourceInvokeRequest) => this.invoke(r)),
            [`${monitor}Call`]: unary(proto.ResourceCallRequest, (r: proto.ResourceCallRequest) => {
                throw new GrpcError(
                    Code.UNIMPLEMENTED,
                    `a rehearsal cannot call ${r.getTok()}: it is a method of the real provider`,
                );
            }),
            [`${monitor}RegisterStackTransform`]: unary(callback.Callback, (r: callback.Callback) => {
                this.goals.addStackTransform(callbackOf(r));
                return new Empty();
            }),
            [`${monitor}RegisterStackInvokeTransform`]: unary(callback.Callback, (r: callback.Callback) => {
                this.invokeTransforms.push(callbackOf(r));
                return new Empty();
            }),
            [`${monitor}RegisterResourceHook`]: unary(
                proto.RegisterResourceHookRequest,
                (r: proto.RegisterResourceHookRequest) => {
                    const hook = { ...callbackOf(r.getCallback()), onDryRun: r.getOnDryRun(), ignoreErrors: r.getIgnoreErrors() };
                    this.options.hooks.register(r.getName(), hook);
                    return new Empty();
                },
            ),
            [`${monitor}RegisterErrorHook`]: unary(proto.RegisterErrorHookRequest, (r: proto.RegisterErrorHookRequest) => {
                this.options.hooks.registerError(r.getName(), callbackOf(r.getCallback()));
                return new Empty();
            }),
            [`${monitor}RegisterPackage`]: unary(proto.RegisterPackageRequest, (r: proto.RegisterPackageRequest) => {
                const response = new proto.RegisterPackageResponse();
                const reference = `${r.getParameterization()?.getName() ?? r.getName()}@${r.getVersion()}`;
                this.packages.set(reference, r.getName());
                response.setRef(reference);
                return response;
            }),
            [`${monitor}SignalAndWaitForShutdown`]: unary(Empty, async () => {
                this.options.onFirst();
                await this.options.onShutdown();
                return new Empty();
            }),
            ...this.engine.methods(),
        };
    }

    private async register(request: proto.RegisterResourceRequest): Promise<proto.RegisterResourceResponse> {
        const type = request.getType();
        if (request.getRemote()) {
            throw new GrpcError(
                Code.UNIMPLEMENTED,
                `${type} ${JSON.stringify(request.getName())} is a component that its provider builds; a rehearsal runs components of the program only`,
            );
        }
        if (request.getCustom() && type.split(":").length !== 3) {
            throw new GrpcError(Code.INVALID_ARGUMENT, `Type '${type}' is not a valid type token (must have format '*:*:*')`);
        }
        const goal = await this.goals.of(request);
        try {
            if (goal.type !== STACK_TYPE) {
                this.options.onFirst();
            }
            return this.answer(await this.options.deployment.register(goal), request);
        } catch (e) {
            throw this.endRunOnDuplicate(e);
        }
    }

    private answer(done: Registration, request: proto.RegisterResourceRequest): proto.RegisterResourceResponse {
        if (done.result !== "success" && !request.getSupportsresultreporting()) {
            throw new GrpcError(Code.INTERNAL, "resource registration failed");
        }
        const response = new proto.RegisterResourceResponse();
        response.setUrn(done.urn);
        response.setId(done.id);
        response.setObject(encodeStruct(done.outputs, request.getAcceptsecrets()));
        response.setResult(
            done.result === "success" ? proto.Result.SUCCESS : done.result === "failed" ? proto.Result.FAIL : proto.Result.SKIP,
        );
        return response;
    }

    /** A duplicate URN ends the run, as in the engine: every later request is refused. */
    private endRunOnDuplicate(e: unknown): unknown {
        if (e instanceof DuplicateUrn) {
            this.options.journal.say("error", e.message, e.urn);
            this.options.deployment.markFailed();
            this.shutDown(SHUT_DOWN);
            return new GrpcError(Code.UNAVAILABLE, SHUT_DOWN);
        }
        return e;
    }

    private async read(request: proto.ReadResourceRequest): Promise<proto.ReadResourceResponse> {
        try {
            this.options.onFirst();
            const done = await this.options.deployment.read(this.goals.ofRead(request), request.getId());
            if (done.result === "failed" && this.options.deployment.isPreview) {
                // A preview ends here; an update does not report it to the program, and skips the resources that depend on it.
                this.shutDown(SHUT_DOWN);
                throw new GrpcError(Code.UNAVAILABLE, SHUT_DOWN);
            }
            const response = new proto.ReadResourceResponse();
            response.setUrn(done.urn);
            response.setProperties(encodeStruct(done.outputs, request.getAcceptsecrets()));
            return response;
        } catch (e) {
            throw this.endRunOnDuplicate(e);
        }
    }

    private async invoke(request: proto.ResourceInvokeRequest): Promise<InvokeResponse> {
        const token = request.getTok();
        const response = new InvokeResponse();
        if (token === "pulumi:pulumi:getResource") {
            const urn = String(decodeStruct(request.getArgs())["urn"]);
            throw new GrpcError(Code.UNIMPLEMENTED, `${urn} cannot be looked up in a rehearsal`);
        }
        const number = this.callCount++;
        this.calls.set(number, `the invoke ${token}`);
        try {
            const args = await this.transformInvoke(token, request);
            const provider = request.getProvider() === "" ? undefined : request.getProvider();
            response.setReturn(encodeStruct(await this.options.deployment.invoke(token, args, provider)));
            return response;
        } catch (e) {
            throw new GrpcError(Code.UNKNOWN, `invocation of ${token} returned an error: ${(e as Error).message}`);
        } finally {
            this.calls.delete(number);
        }
    }

    private async transformInvoke(token: string, request: proto.ResourceInvokeRequest): Promise<Values> {
        let args = decodeStruct(request.getArgs());
        for (const transform of this.invokeTransforms) {
            const call = new proto.TransformInvokeRequest();
            call.setToken(token);
            call.setArgs(encodeStruct(args));
            const options = new proto.TransformInvokeOptions();
            options.setProvider(request.getProvider());
            options.setVersion(request.getVersion());
            call.setOptions(options);
            const response = await this.options.callbacks.invoke(transform, call, proto.TransformInvokeResponse);
            args = decodeStruct(response.getArgs());
        }
        return args;
    }
}
