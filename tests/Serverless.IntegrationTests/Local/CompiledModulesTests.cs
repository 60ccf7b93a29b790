using System.Diagnostics;
using System.Text.Json;
using Serverless.Local.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

/// <summary>Azurite's modules are found and compiled once; from then on they come from a file, and must do what they did.</summary>
public sealed class CompiledModulesTests
{
    // Such as there are in Azurite: with a shebang, of another package, JSON, found by a package.json, and one that does not compile.
    private static readonly Dictionary<string, string> Files = new()
    {
        ["main/index.js"] =
            """
            #!/usr/bin/env node
            module.exports = [__filename.length, require('other').say(2), require('./data.json').name, require('./deep')];
            """,
        ["main/data.json"] = """{"name": "data"}""",
        ["main/deep/index.cjs"] = "module.exports = require.resolve('../index.js').endsWith('index.js');",
        ["main/deep/package.json"] = """{"main": "index.cjs"}""",
        ["other/package.json"] = """{"name": "other", "main": "lib/other.js"}""",
        ["other/lib/other.js"] =
            """
            let broken;
            try { require('./broken.js'); } catch (e) { broken = e.name; }
            exports.say = (n) => `said ${n}, ${broken}`;
            """,
        ["other/lib/broken.js"] = "module.exports = ;",
    };

    // How often Node itself looks for a module of the package is counted; the script is no module of it.
    private const string Run = """
        const Module = require('node:module');
        const [, main, compiledPath] = process.argv;
        const { CompiledModules } = require(compiledPath);
        let looks = 0;
        const resolve = Module._resolveFilename;
        Module._resolveFilename = function (request, parent) { looks++; return resolve.apply(this, arguments); };
        const compiled = new CompiledModules(main);
        compiled.install();
        const value = require(main);
        console.log(JSON.stringify({ value, looks, kept: compiled.kept !== undefined }));
        compiled.keep();
        """;

    [Fact]
    public async Task Modules_OfALaterStart_ComeFromTheFileAndAreTheSame()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, text) in Files) Write(folder.Path, name, text);

        var first = await RunAsync(folder.Path);
        var second = await RunAsync(folder.Path);

        Assert.False(first.GetProperty("kept").GetBoolean());
        Assert.Contains("said 2, SyntaxError", first.GetProperty("value").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(first.GetProperty("value").GetRawText(), second.GetProperty("value").GetRawText());
        Assert.True(second.GetProperty("kept").GetBoolean());

        // That of the main module, which no module of the package asks for.
        Assert.Equal(1, second.GetProperty("looks").GetInt32());
        Assert.True(first.GetProperty("looks").GetInt32() > 4);
    }

    [Fact]
    public async Task Modules_WhoseFileWasCutOff_AreCompiledAgain()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, text) in Files) Write(folder.Path, name, text);
        var first = await RunAsync(folder.Path);
        var kept = Assert.Single(Directory.GetFiles(folder.Path, "compiled-*"));
        await File.WriteAllBytesAsync(kept, (await File.ReadAllBytesAsync(kept))[..200]);

        var second = await RunAsync(folder.Path);
        var third = await RunAsync(folder.Path);

        Assert.Equal(first.GetRawText(), second.GetRawText());
        Assert.True(third.GetProperty("kept").GetBoolean());
    }

    private static void Write(string folder, string name, string text)
    {
        var path = Path.Combine(folder, "node_modules", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static async Task<JsonElement> RunAsync(string folder)
    {
        var main = Path.Combine(folder, "node_modules", "main", "index.js");
        var start = new ProcessStartInfo("node", ["-e", Run, main, Path.Combine(AzuritePackage.SourceFolder, "compiled.cjs")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("", await errors);
        return JsonDocument.Parse(output).RootElement.Clone();
    }
}
