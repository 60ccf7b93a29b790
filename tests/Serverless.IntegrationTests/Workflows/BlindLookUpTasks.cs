using Microsoft.Azure.Functions.Worker;
using Serverless.Workflows.Run;

namespace Serverless.IntegrationTests.Workflows;

/// <summary>Finds nothing, so that a run hears of its tasks by their events alone.</summary>
internal sealed class BlindLookUpTasks
{
    /// <summary>The activity that it stands for.</summary>
    public const string Name = nameof(LookUpTasks);

    [Function(Name)]
    public static Task<IReadOnlyList<TaskAnswer>> RunAsync([ActivityTrigger] LookUpTasks.Query query)
    {
        Assert.NotEmpty(query.Ids);
        return Task.FromResult<IReadOnlyList<TaskAnswer>>([]);
    }
}
