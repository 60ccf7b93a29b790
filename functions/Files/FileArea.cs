using Serverless.Storage;

namespace Serverless.Files;

/// <summary>A container whose files are the users': what the app keeps for itself in others is none of them.</summary>
/// <param name="Container">Its name.</param>
/// <param name="Holds">What lies in it, in a few words.</param>
/// <param name="IsWritable">Files may be put into it; they may be removed wherever they may be put, and from the results.</param>
internal sealed record FileArea(string Container, string Holds, bool IsWritable)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<FileArea> All { get; } =
    [
        new(Containers.Incoming, "CSV files; what is put here is processed", IsWritable: true),
        new(Containers.Processed, "what CSV jobs made", IsWritable: false),
        new(Containers.Schemas, "schemas that several files share", IsWritable: true),
        new(Containers.Media, "images, and what is made of them", IsWritable: true),
        new(Containers.Templates, "templates of messages", IsWritable: true),
        new(Containers.Recipients, "lists of recipients", IsWritable: true),
        new(Containers.Mail, "what mail jobs keep, and the messages of an app without a mail server", IsWritable: false),
        new("reports", "daily reports", IsWritable: false),
        new("results", "results of tasks and workflow runs that are too large for a row", IsWritable: false),
    ];

    /// <summary>Files may be removed from it.</summary>
    public bool IsRemovable => IsWritable || Container == Containers.Processed;

    /// <summary>Null when there is no such container, or it is the app's own.</summary>
    public static FileArea? Find(string name) => All.FirstOrDefault(a => a.Container == name);
}
