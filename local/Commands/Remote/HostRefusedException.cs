using System.Net;

namespace Serverless.Local.Commands.Remote;

/// <summary>The host does not do what it was asked, or no host is there; the faults are for the user.</summary>
internal sealed class HostRefusedException(params IReadOnlyList<string> faults) : Exception(string.Join(' ', faults))
{
    public IReadOnlyList<string> Faults => faults;

    /// <summary>The status of its answer; null when it did not answer.</summary>
    public HttpStatusCode? Status { get; init; }
}
