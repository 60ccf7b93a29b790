namespace Serverless.Http;

/// <summary>An exception that says what is wrong with a request: its message is for the caller.</summary>
internal interface IRefusal
{
    /// <summary>The HTTP status.</summary>
    int Status { get; }

    /// <summary>The kind of fault, in a few words.</summary>
    string Title { get; }

    /// <summary>The faults by option; null when the message alone says it.</summary>
    IDictionary<string, string[]>? Errors => null;

    /// <summary>Further members of the answer for programs, by name.</summary>
    IDictionary<string, object?>? Extensions => null;
}
