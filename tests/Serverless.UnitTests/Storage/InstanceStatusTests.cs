using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Serverless.Jobs;

namespace Serverless.UnitTests.Storage;

public sealed class InstanceStatusTests
{
    [Fact]
    public void Describe_Failed_SaysTheErrorOnceAndWithoutItsType()
    {
        var failed = new OrchestrationMetadata("CanvasRun", "id")
        {
            RuntimeStatus = OrchestrationRuntimeStatus.Failed,
            SerializedOutput = "\"Serverless.Workflows.Run.WorkflowFailedException: no\"",
            FailureDetails = new TaskFailureDetails("Serverless.Workflows.Run.WorkflowFailedException", "no", null, null, null),
        };

        var status = InstanceControl.Describe(failed);

        Assert.Equal(("failed", null, "no"), (status.Status, status.Output, status.Error));
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Completed, "{\"a\":1}", "{\"a\":1}")]
    [InlineData(OrchestrationRuntimeStatus.Terminated, "enough", "\"enough\"")]
    public void Describe_EndedOtherwise_HasItsOutput(OrchestrationRuntimeStatus state, string output, string expected)
    {
        var ended = new OrchestrationMetadata("CanvasRun", "id") { RuntimeStatus = state, SerializedOutput = output };

        var status = InstanceControl.Describe(ended);

        Assert.Equal(expected, status.Output!.Value.GetRawText());
    }
}
