using System.Reflection;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Serverless.IntegrationTests.AzureWorker;

/// <summary>The messages between a Functions host and its worker, as JSON: the worker's own package describes them.</summary>
/// <param name="folder">Where the built worker lies.</param>
internal sealed class WorkerMessages(string folder)
{
    private const string Package = "Microsoft.Azure.Functions.Worker.Grpc.dll";
    private const string Described = "Microsoft.Azure.Functions.Worker.Grpc.Messages.FunctionRpcReflection";

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    private readonly MessageDescriptor _message = Find(folder);

    public byte[] Write(JsonObject message) => JsonParser.Default.Parse(message.ToJsonString(), _message).ToByteArray();

    public JsonObject Read(byte[] message) => JsonNode.Parse(Formatter.Format(_message.Parser.ParseFrom(message)))!.AsObject();

    // The types are the package's own business; what they are made of is not.
    private static MessageDescriptor Find(string folder)
    {
        var described = Assembly.LoadFrom(Path.Combine(folder, Package)).GetType(Described, throwOnError: true)!;
        var file = (FileDescriptor)described.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
        return file.FindTypeByName<MessageDescriptor>("StreamingMessage");
    }
}
