using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Binds a parameter to the client of the app's orchestrations.</summary>
public sealed class DurableClientAttribute : InputBindingAttribute
{
    /// <summary>Another app's task hub. Default: host.json's. The local host knows only that one.</summary>
    public string? TaskHub { get; set; }

    /// <summary>The setting that holds the storage's connection. Default: host.json's. The local host knows only that one.</summary>
    public string? ConnectionName { get; set; }
}
