using Serverless.Storage;

namespace Serverless.Workflows.Run;

/// <summary>Ids of what a run starts: the same run and place give the same one, whoever asks and however often.</summary>
internal static class WorkId
{
    /// <summary>A task's id.</summary>
    public static string OfTask(string instanceId, string place) => "wft-" + ContentHash.Of(instanceId, place);

    /// <summary>A sub-orchestration's id.</summary>
    public static string OfChild(string instanceId, string place) => "wfc-" + ContentHash.Of(instanceId, place);
}
