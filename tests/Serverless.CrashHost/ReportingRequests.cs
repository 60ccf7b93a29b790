using Azure.Core;
using Azure.Core.Pipeline;

namespace Serverless.CrashHost;

/// <summary>Says a line before every piece of a file that is read, and every block that is written.</summary>
internal sealed class ReportingRequests : HttpPipelinePolicy
{
    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var request = message.Request;
        if (request.Method == RequestMethod.Get && request.Headers.Contains("x-ms-range")) StepGate.Say("reads");
        else if (request.Method == RequestMethod.Put && request.Uri.Query.Contains("comp=block", StringComparison.Ordinal))
            StepGate.Say("writes");
        return ProcessNextAsync(message, pipeline);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
}
