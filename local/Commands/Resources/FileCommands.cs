using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Resources;

/// <summary>
/// <c>files list | get | put | remove</c>: a path is the container and what follows, such as <c>processed/orders.csv/clean.csv</c>.
/// </summary>
internal sealed class FileCommands(IScreen screen)
{
    private static readonly OptionSyntax Prefix = new("--prefix", "P", "Only those whose path starts so.");

    private static readonly CommandSyntax GetSyntax = new(
        "files get", "Fetches a file; - writes it to the output stream.", ["CONTAINER/PATH", "[FILE]"], HostTarget.Options);

    private static readonly CommandSyntax PutSyntax = new(
        "files put", "Stores a file, a large one in parts; one that goes to incoming/ is processed.", ["FILE", "CONTAINER/PATH"],
        Switches.WithHost());

    private static readonly CommandSyntax RemoveSyntax = new("files remove", "Removes a file.", ["CONTAINER/PATH"], HostTarget.Options);

    public IEnumerable<Command> CreateAll(ResourceCommands commands) =>
    [
        commands.List(
            new CommandSyntax("files containers", "Lists the containers and what they hold.", [], []), "files", "containers",
            Column.Of("Container", "name"), Column.Of("Holds", "holds"), Column.Of("Writable", "writable"),
            Column.Of("Removable", "removable")),
        commands.List(
            new CommandSyntax("files list", "Lists the files of a container.", ["CONTAINER"], [Prefix]), "files/{CONTAINER}", "files",
            Column.Of("Path", "path"), new Column("Size", file => Sizes.Format(file.GetProperty("size").GetInt64())),
            Column.OfMoment("Changed", "modifiedAt")),
        new(GetSyntax, GetAsync),
        new(PutSyntax, PutAsync),
        new(RemoveSyntax, RemoveAsync),
    ];

    private async Task<int> GetAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var path = ReadPath(arguments, 0);
        var file = arguments.GetPositional(1) ?? Path.GetFileName(arguments.GetPositional(0) ?? "");
        if (file.Length == 0) arguments.Refuse("CONTAINER/PATH names a folder; files list shows what it holds.");
        else if (file != "-") FileChecks.RequireWritable(arguments, Path.GetDirectoryName(Path.GetFullPath(file))!, "FILE");
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        await api.DownloadAsync($"files/{path}", file, cancellationToken);
        if (file != "-") screen.WriteLine(file);
        return 0;
    }

    private async Task<int> PutAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var file = arguments.GetPositional(0);
        if (file is not null) FileChecks.RequireReadable(arguments, file);
        var path = ReadPath(arguments, 1);
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        var stored = new FileInfo(file!).Length > PartedUpload.UsualPartBytes
            ? await new PartedUpload(api).SendAsync(path, file!, cancellationToken)
            : await api.UploadAsync($"files/{path}", file!, cancellationToken);
        screen.WriteLine(arguments.Has(Switches.Json.Name) ? Texts.FormatJson(stored) : $"Stored: {arguments.GetPositional(1)}");
        return 0;
    }

    private async Task<int> RemoveAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var path = ReadPath(arguments, 0);
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        await api.SendAsync(HttpMethod.Delete, $"files/{path}", null, cancellationToken);
        screen.WriteLine($"Removed: {arguments.GetPositional(0)}");
        return 0;
    }

    private static string ReadPath(Arguments arguments, int place)
    {
        var given = arguments.GetPositional(place)?.TrimStart('/') ?? "";
        if (!given.Contains('/', StringComparison.Ordinal)) arguments.Refuse("CONTAINER/PATH must name a container and a path in it.");
        return string.Join('/', given.Split('/').Select(Uri.EscapeDataString));
    }
}
