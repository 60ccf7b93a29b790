namespace Serverless.Local.Runtime.Hosting;

/// <summary>A client that knows where the management API of its instances is served.</summary>
internal interface IManagementEndpoint
{
    /// <summary>The address below which <c>/instances</c> lies; null before the host listens.</summary>
    Uri? ManagementAddress { get; set; }
}
