/* eslint-disable max-lines -- one service: each method reads a message and writes its answer */
/** The two services that a program talks to: the resource monitor and the engine. */
import * as engine from "@pulumi/pulumi/proto/engine_pb";
import type { Alias } from "@pulumi/pulumi/proto/alias_pb";
import * as callback from "@pulumi/pulumi/proto/callback_pb";
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";

import type { Diagnostic, ResourceOptions } from "../result";
import type { Callback, Callbacks } from "./callbacks";
import { type Deployment, DuplicateUrn } from "./deployment";
import type { Registration } from "./entry";
import type { Goal } from "./goal";
import { Code, GrpcError, type Method, type Methods } from "./grpc";
import type { Hooks } from "./hooks";
import { compareText, type Journal } from "./journal";
import { Empty } from "./protobuf";
import { hooksOf, optionsMessage, timeoutsOf, type Transformed } from "./request";
import { createUrn, isProviderType, nameOf, packageOf, parseProviderReference, STACK_TYPE, typeOf } from "./urn";
import { decode, decodeStruct, encodeStruct, type Values } from "../values";

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

/** What whoever calls is told from then on. */
const SHUT_DOWN = "resource monitor shut down";

/** What the SDK puts before the error of a program, or not: whichever of its handlers is the first to hear of it. */
const BY_CHANCE = /^Running program '.*' failed with an unhandled exception:\n/;

export interface MonitorOptions {
    readonly stack: string;
    readonly project: string;
    readonly deployment: Deployment;
    readonly hooks: Hooks;
    readonly callbacks: Callbacks;
    readonly journal: Journal;
    /** Called with the first resource beside the stack itself, and at the end of a program that has none. */
    readonly onFirst: () => void;
    /** Called when the program has ended well, before it is let go: its hooks can still be called. */
    readonly onShutdown: () => Promise<void>;
}

export class Monitor {
    private readonly stackTransforms: Callback[] = [];
    private readonly invokeTransforms: Callback[] = [];
    private readonly transforms = new Map<string, readonly Callback[]>();
    /** Providers that a component hands to its children, by package. */
    private readonly componentProviders = new Map<string, Readonly<Record<string, string>>>();
    /** URNs under which a registered resource was known before. */
    private readonly formerUrns = new Map<string, readonly string[]>();
    private readonly packages = new Map<string, string>();
    private readonly calls = new Map<number, string>();
    private callCount = 0;
    private root = "";
    private gone: string | undefined;

    constructor(private readonly options: MonitorOptions) {}

    /** What the program has asked for and not yet been answered, apart from resources. */
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
                (r: proto.RegisterResourceOutputsRequest) => {
                    this.options.deployment.registerOutputs(r.getUrn(), decodeStruct(r.getOutputs() as never));
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
                this.stackTransforms.push(callbackOf(r));
                return new Empty();
            }),
            [`${monitor}RegisterStackInvokeTransform`]: unary(callback.Callback, (r: callback.Callback) => {
                this.invokeTransforms.push(callbackOf(r));
                return new Empty();
            }),
            [`${monitor}RegisterResourceHook`]: unary(
                proto.RegisterResourceHookRequest,
                (r: proto.RegisterResourceHookRequest) => {
                    const hook = { ...callbackOf(r.getCallback()), onDryRun: r.getOnDryRun(), ignoreErrors: ignoresErrors(r) };
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
            ...this.engineMethods(),
        };
    }

    private engineMethods(): Methods {
        const service = "/pulumirpc.Engine/";
        return {
            [`${service}Log`]: {
                request: engine.LogRequest,
                handle: (r: engine.LogRequest) => {
                    this.log(r);
                    return new Empty();
                },
            },
            [`${service}GetRootResource`]: {
                request: engine.GetRootResourceRequest,
                handle: () => {
                    const response = new engine.GetRootResourceResponse();
                    response.setUrn(this.root);
                    return response;
                },
            },
            [`${service}SetRootResource`]: {
                request: engine.SetRootResourceRequest,
                handle: (r: engine.SetRootResourceRequest) => {
                    this.root = r.getUrn();
                    return new engine.SetRootResourceResponse();
                },
            },
            [`${service}StartDebugging`]: { request: engine.StartDebuggingRequest, handle: () => new Empty() },
            // A rehearsal speaks the protocol of whichever engine the program asks for.
            [`${service}RequirePulumiVersion`]: {
                request: engine.RequirePulumiVersionRequest,
                handle: () => new engine.RequirePulumiVersionResponse(),
            },
        };
    }

    private log(request: engine.LogRequest): void {
        const severities: readonly Diagnostic["severity"][] = ["debug", "info", "warning", "error"];
        const severity = severities[request.getSeverity()] ?? "info";
        const urn = request.getUrn() === "" ? undefined : request.getUrn();
        // What the SDK says of being cut off is no news.
        if (severity === "debug" || (severity === "error" && this.isDown)) {
            return;
        }
        if (request.getEphemeral()) {
            if (urn !== undefined) {
                this.options.journal.emit({ kind: "waiting", urn, message: request.getMessage() });
            }
            return;
        }
        this.options.journal.say(severity, request.getMessage().replace(BY_CHANCE, "").trimEnd(), urn);
        if (severity === "error") {
            this.options.deployment.markFailed();
        }
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
        this.inherit(request);
        const own = request.getTransformsList().map(callbackOf);
        const transformed = await this.transform(request, own);
        const goal = this.goalOf(request, transformed);
        this.transforms.set(goal.urn, own);
        this.formerUrns.set(goal.urn, goal.aliases);
        if (!goal.custom) {
            const inherited = goal.parent === undefined ? {} : this.componentProviders.get(goal.parent);
            this.componentProviders.set(goal.urn, { ...inherited, ...transformed.providers });
        }
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
        response.setObject(encodeStruct(done.outputs, request.getAcceptsecrets()) as never);
        response.setResult(
            done.result === "success" ? proto.Result.SUCCESS : done.result === "failed" ? proto.Result.FAIL : proto.Result.SKIP,
        );
        return response;
    }

    /** A resource that is named like another ends the run, as the engine ends it: every call is refused from then on. */
    private endRunOnDuplicate(e: unknown): unknown {
        if (e instanceof DuplicateUrn) {
            this.options.journal.say("error", e.message, e.urn);
            this.options.deployment.markFailed();
            this.shutDown(SHUT_DOWN);
            return new GrpcError(Code.UNAVAILABLE, SHUT_DOWN);
        }
        return e;
    }

    /** What a child takes over from its parent when it says nothing itself. */
    private inherit(request: proto.RegisterResourceRequest): void {
        const parent = this.options.deployment.goalOf(request.getParent());
        if (parent === undefined) {
            return;
        }
        const { deletedWith, protect, retainOnDelete } = parent.options;
        if (request.getDeletedwith() === "" && deletedWith !== undefined) {
            request.setDeletedwith(deletedWith);
        }
        if (!request.hasProtect() && protect !== undefined) {
            request.setProtect(protect);
        }
        if (!request.hasRetainondelete() && retainOnDelete !== undefined) {
            request.setRetainondelete(retainOnDelete);
        }
        if (request.getProvider() === "" && request.getCustom() && parent.provider !== undefined) {
            if (packageOf(typeOf(parseProviderReference(parent.provider).urn)) === packageOf(request.getType())) {
                request.setProvider(parent.provider);
            }
        }
    }

    private async transform(request: proto.RegisterResourceRequest, own: readonly Callback[]): Promise<Transformed> {
        const dependencies = new Set(request.getDependenciesList());
        const properties: Record<string, string[]> = {};
        request.getPropertydependenciesMap().forEach((deps: proto.RegisterResourceRequest.PropertyDependencies, key: string) => {
            properties[key] = deps.getUrnsList();
        });
        let current: Transformed = {
            inputs: decodeStruct(request.getObject() as never, dependencies),
            options: optionsMessage(request),
            providers: Object.fromEntries(request.getProvidersMap().getEntryList()),
            dependencies,
            propertyDependencies: properties,
        };
        const transforms = [...own, ...this.inheritedTransforms(request.getParent()), ...this.stackTransforms];
        for (const transform of transforms) {
            const call = new proto.TransformRequest();
            call.setType(request.getType());
            call.setName(request.getName());
            call.setCustom(request.getCustom());
            call.setParent(request.getParent());
            call.setProperties(encodeStruct(current.inputs) as never);
            call.setOptions(current.options);
            const response = await this.options.callbacks.invoke(transform, call, proto.TransformResponse);
            const added = new Set<string>();
            const options = response.getOptions() ?? current.options;
            const inputs = decodeStruct(response.getProperties() as never, added);
            current = {
                inputs,
                options,
                providers: { ...current.providers, ...Object.fromEntries(options.getProvidersMap().getEntryList()) },
                dependencies: new Set([...current.dependencies, ...options.getDependsOnList(), ...added]),
                propertyDependencies: current.propertyDependencies,
            };
        }
        return current;
    }

    private inheritedTransforms(parent: string): Callback[] {
        const found: Callback[] = [];
        for (
            let urn: string | undefined = parent;
            urn !== undefined && urn !== "";
            urn = this.options.deployment.goalOf(urn)?.parent
        ) {
            found.push(...(this.transforms.get(urn) ?? []));
        }
        return found;
    }

    private goalOf(request: proto.RegisterResourceRequest, transformed: Transformed): Goal {
        const { options: o } = transformed;
        const parent = request.getParent() === "" ? undefined : request.getParent();
        const { stack, project } = this.options;
        const urn = createUrn(stack, project, request.getType(), request.getName(), parent);
        const aliases = this.aliasesOf(request, o.getAliasesList(), parent, urn);
        const timeouts = timeoutsOf(o.getCustomTimeouts());
        const custom = request.getCustom();
        const provider =
            custom && !isProviderType(request.getType())
                ? this.providerOf(o.getProvider(), transformed, request, parent)
                : undefined;
        const hooks = hooksOf(o.getHooks());
        const options: ResourceOptions = {
            custom,
            ...(provider !== undefined && { provider: parseProviderReference(provider).urn }),
            ...(o.hasProtect() && o.getProtect() && { protect: true }),
            ...(o.hasDeleteBeforeReplace() && { deleteBeforeReplace: o.getDeleteBeforeReplace()! }),
            ...(o.hasRetainOnDelete() && o.getRetainOnDelete() && { retainOnDelete: true }),
            ...(o.getDeletedWith() !== "" && { deletedWith: o.getDeletedWith() }),
            ...(o.getIgnoreChangesList().length > 0 && { ignoreChanges: o.getIgnoreChangesList() }),
            ...(o.getReplaceOnChangesList().length > 0 && { replaceOnChanges: o.getReplaceOnChangesList() }),
            ...(o.getAdditionalSecretOutputsList().length > 0 && { additionalSecretOutputs: o.getAdditionalSecretOutputsList() }),
            ...(aliases.length > 0 && { aliases }),
            ...(Object.keys(timeouts.text).length > 0 && { customTimeouts: timeouts.text }),
            ...(Object.keys(hooks).length > 0 && { hooks }),
            ...(o.getImport() !== "" && { import: o.getImport() }),
        };
        return {
            urn,
            type: request.getType(),
            name: request.getName(),
            custom,
            ...(parent !== undefined && { parent }),
            inputs: transformed.inputs,
            dependencies: [...transformed.dependencies].sort(compareText),
            propertyDependencies: transformed.propertyDependencies,
            ...(provider !== undefined && { provider }),
            options,
            timeouts: timeouts.seconds,
            aliases: [...aliases, ...this.inheritedAliases(request, parent)],
        };
    }

    private providerOf(
        given: string,
        transformed: Transformed,
        request: proto.RegisterResourceRequest,
        parent: string | undefined,
    ): string | undefined {
        if (given !== "") {
            return given;
        }
        const packageName = packageOf(request.getType());
        return (
            transformed.providers[packageName] ??
            (parent === undefined ? undefined : this.componentProviders.get(parent)?.[packageName])
        );
    }

    private aliasesOf(
        request: proto.RegisterResourceRequest,
        list: readonly Alias[],
        parent: string | undefined,
        urn: string,
    ): string[] {
        const urns = list.map((alias) => {
            const spec = alias.getSpec();
            if (alias.hasUrn() || spec === undefined) {
                return alias.getUrn();
            }
            const aliasParent = spec.getNoparent() ? undefined : spec.getParenturn() !== "" ? spec.getParenturn() : parent;
            return createUrn(
                spec.getStack() || this.options.stack,
                spec.getProject() || this.options.project,
                spec.getType() || request.getType(),
                spec.getName() || request.getName(),
                aliasParent,
            );
        });
        return [...new Set([...request.getAliasurnsList(), ...urns])].filter((u) => u !== urn).sort(compareText);
    }

    /** A child of a parent that had another name may be known under that parent, and under a name made from its name. */
    private inheritedAliases(request: proto.RegisterResourceRequest, parent: string | undefined): string[] {
        return (parent === undefined ? [] : (this.formerUrns.get(parent) ?? [])).map((former) => {
            const [newName, oldName] = [nameOf(parent!), nameOf(former)];
            const name = request.getName().startsWith(newName)
                ? oldName + request.getName().slice(newName.length)
                : request.getName();
            return createUrn(this.options.stack, this.options.project, request.getType(), name, former);
        });
    }

    private async read(request: proto.ReadResourceRequest): Promise<proto.ReadResourceResponse> {
        const parent = request.getParent() === "" ? undefined : request.getParent();
        const dependencies = new Set(request.getDependenciesList());
        const inputs = decodeStruct(request.getProperties() as never, dependencies);
        const { stack, project } = this.options;
        const packageName = packageOf(request.getType());
        const provider =
            request.getProvider() !== ""
                ? request.getProvider()
                : parent === undefined
                  ? undefined
                  : this.componentProviders.get(parent)?.[packageName];
        const id = decode(request.getId());
        const goal: Goal = {
            urn: createUrn(stack, project, request.getType(), request.getName(), parent),
            type: request.getType(),
            name: request.getName(),
            custom: true,
            ...(parent !== undefined && { parent }),
            inputs,
            dependencies: [...dependencies].sort(compareText),
            propertyDependencies: {},
            ...(provider !== undefined && { provider }),
            options: {
                custom: true,
                reads: typeof id === "string" ? id : "[unknown]",
                ...(provider !== undefined && { provider: parseProviderReference(provider).urn }),
            },
            timeouts: {},
            aliases: [],
        };
        try {
            this.options.onFirst();
            const done = await this.options.deployment.read(goal, request.getId());
            if (done.result === "failed" && this.options.deployment.isPreview) {
                // A preview ends here; an update tells the program nothing of it, and leaves out what depends on this.
                this.shutDown(SHUT_DOWN);
                throw new GrpcError(Code.UNAVAILABLE, SHUT_DOWN);
            }
            const response = new proto.ReadResourceResponse();
            response.setUrn(done.urn);
            response.setProperties(encodeStruct(done.outputs, request.getAcceptsecrets()) as never);
            return response;
        } catch (e) {
            throw this.endRunOnDuplicate(e);
        }
    }

    private async invoke(request: proto.ResourceInvokeRequest): Promise<InvokeResponse> {
        const token = request.getTok();
        const response = new InvokeResponse();
        if (token === "pulumi:pulumi:getResource") {
            const urn = String(decodeStruct(request.getArgs() as never)["urn"]);
            throw new GrpcError(Code.UNIMPLEMENTED, `${urn} cannot be looked up in a rehearsal`);
        }
        const number = this.callCount++;
        this.calls.set(number, `the invoke ${token}`);
        try {
            const args = await this.transformInvoke(token, request);
            const provider = request.getProvider() === "" ? undefined : request.getProvider();
            response.setReturn(encodeStruct(await this.options.deployment.invoke(token, args, provider)) as never);
            return response;
        } catch (e) {
            throw new GrpcError(Code.UNKNOWN, `invocation of ${token} returned an error: ${(e as Error).message}`);
        } finally {
            this.calls.delete(number);
        }
    }

    private async transformInvoke(token: string, request: proto.ResourceInvokeRequest): Promise<Values> {
        let args = decodeStruct(request.getArgs() as never);
        for (const transform of this.invokeTransforms) {
            const call = new proto.TransformInvokeRequest();
            call.setToken(token);
            call.setArgs(encodeStruct(args) as never);
            const options = new proto.TransformInvokeOptions();
            options.setProvider(request.getProvider());
            options.setVersion(request.getVersion());
            call.setOptions(options);
            const response = await this.options.callbacks.invoke(transform, call, proto.TransformInvokeResponse);
            args = decodeStruct(response.getArgs() as never);
        }
        return args;
    }
}

function callbackOf(message: callback.Callback | undefined): Callback {
    return { target: message?.getTarget() ?? "", token: message?.getToken() ?? "" };
}

function ignoresErrors(request: proto.RegisterResourceHookRequest): boolean {
    return (request as unknown as { getIgnoreErrors?: () => boolean }).getIgnoreErrors?.() ?? false;
}
