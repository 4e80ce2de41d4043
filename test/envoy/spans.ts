/** Takes spans as a collector does: OTLP over gRPC. Source: open-telemetry/opentelemetry-proto@v1.7.0:opentelemetry/proto/trace/v1/trace.proto. */
import { type Metadata, Server, ServerCredentials } from "@grpc/grpc-js";
import { BinaryReader } from "google-protobuf";

/** A span, as far as tests read it. */
export interface Span {
    /** `service.name` of whoever sent it. */
    readonly service: string;
    readonly name: string;
    /** 32 hexadecimal digits. */
    readonly trace: string;
    /** 16 hexadecimal digits. */
    readonly id: string;
    /** The span above it; empty: none. */
    readonly parent: string;
    /** 2: of a server, 3: of a client. */
    readonly kind: number;
    readonly attributes: Readonly<Record<string, string>>;
}

type Fields = ReadonlyMap<number, readonly (Uint8Array | number)[]>;

/** The fields of a message: bytes of those with a length, numbers of the others. */
function fieldsOf(bytes: Uint8Array): Fields {
    const reader = new BinaryReader(bytes);
    const fields = new Map<number, (Uint8Array | number)[]>();
    while (reader.nextField()) {
        const number = reader.getFieldNumber();
        const wire = Number(reader.getWireType());
        if (wire !== 0 && wire !== 2) {
            reader.skipField();
            continue;
        }
        fields.set(number, [...(fields.get(number) ?? []), wire === 2 ? reader.readBytes() : reader.readUint64()]);
    }
    return fields;
}

const bytesOf = (fields: Fields, number: number): Uint8Array[] => (fields.get(number) ?? []) as Uint8Array[];
const text = (bytes: Uint8Array = new Uint8Array()): string => Buffer.from(bytes).toString("utf8");
const hex = (bytes: Uint8Array = new Uint8Array()): string => Buffer.from(bytes).toString("hex");

/** Attributes that are texts. */
function attributesOf(list: readonly Uint8Array[]): Record<string, string> {
    return Object.fromEntries(
        list.map((one) => {
            const pair = fieldsOf(one);
            return [text(bytesOf(pair, 1)[0]), text(bytesOf(fieldsOf(bytesOf(pair, 2)[0] ?? new Uint8Array()), 1)[0])];
        }),
    );
}

/** The spans of an ExportTraceServiceRequest. */
export function spansOf(request: Uint8Array): Span[] {
    return bytesOf(fieldsOf(request), 1).flatMap((bytes) => {
        const group = fieldsOf(bytes);
        const resource = fieldsOf(bytesOf(group, 1)[0] ?? new Uint8Array());
        const service = attributesOf(bytesOf(resource, 1))["service.name"] ?? "";
        return bytesOf(group, 2)
            .flatMap((scope) => bytesOf(fieldsOf(scope), 2))
            .map((one): Span => {
                const span = fieldsOf(one);
                return {
                    service,
                    name: text(bytesOf(span, 5)[0]),
                    trace: hex(bytesOf(span, 1)[0]),
                    id: hex(bytesOf(span, 2)[0]),
                    parent: hex(bytesOf(span, 4)[0]),
                    kind: Number(span.get(6)?.[0] ?? 0),
                    attributes: attributesOf(bytesOf(span, 9)),
                };
            });
    });
}

/** A gRPC server on loopback that answers one method with bytes. */
export class GrpcDouble {
    private readonly server = new Server();
    port = 0;

    /**
     * @param method `/package.Service/Method`
     * @param answer gets the request and its metadata
     */
    constructor(
        private readonly method: string,
        private readonly answer: (request: Buffer, metadata: Metadata) => Uint8Array,
    ) {}

    async start(): Promise<void> {
        const [, , name] = this.method.split("/") as [string, string, string];
        const asIs = (bytes: Buffer): Buffer => bytes;
        const definition = {
            path: this.method,
            requestStream: false,
            responseStream: false,
            requestSerialize: asIs,
            requestDeserialize: asIs,
            responseSerialize: asIs,
            responseDeserialize: asIs,
        };
        this.server.addService(
            { [name]: definition },
            {
                [name]: (
                    { request, metadata }: { request: Buffer; metadata: Metadata },
                    done: (error: null, answer: Buffer) => void,
                ) => done(null, Buffer.from(this.answer(request, metadata))),
            },
        );
        this.port = await new Promise((resolve, reject) =>
            this.server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
                error === null ? resolve(port) : reject(error),
            ),
        );
    }

    stop(): void {
        this.server.forceShutdown();
    }
}
