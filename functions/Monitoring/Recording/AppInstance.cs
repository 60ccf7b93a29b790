namespace Serverless.Monitoring.Recording;

/// <summary>This process among those that run the app.</summary>
/// <param name="Id">New with each start.</param>
internal sealed record AppInstance(string Id)
{
    /// <summary>An instance that nobody has heard of.</summary>
    public static AppInstance Create() => new(Guid.NewGuid().ToString("N"));
}
