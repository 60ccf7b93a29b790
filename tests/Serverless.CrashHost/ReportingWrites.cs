using Azure.Core;
using Azure.Core.Pipeline;

namespace Serverless.CrashHost;

/// <summary>Says a line before every write to a table.</summary>
internal sealed class ReportingWrites : HttpPipelinePolicy
{
    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (message.Request.Method != RequestMethod.Get) StepGate.Say("writes");
        return ProcessNextAsync(message, pipeline);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
}
