using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Moq;
using Serverless.CsvJobs;
using Serverless.Local.Jobs;
using Serverless.Local.Screens;
using Serverless.Storage;

namespace Serverless.UnitTests.Local;

/// <summary>A file is uploaded while its host opens: each hears of the other's failure.</summary>
public sealed class FileJobTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Mock<IJobSource> _file = new(MockBehavior.Strict);
    private readonly TaskCompletionSource<CsvApi> _host = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isUploadEnded;

    [Fact]
    public async Task Upload_OfWhichTheHostDoesNotOpen_EndsWithTheHostsReason()
    {
        LetUpload(token => Task.Delay(Timeout.InfiniteTimeSpan, token));

        var upload = UploadAsync();
        await _began.Task.WaitAsync(Patience);
        _host.SetException(new IOException("The port is in use."));

        var fault = await Assert.ThrowsAsync<IOException>(() => upload.WaitAsync(Patience));
        Assert.Equal("The port is in use.", fault.Message);
        Assert.True(_isUploadEnded);
    }

    [Fact]
    public async Task Upload_ThatFailsBeforeTheHostIsOpen_TellsItsOwnReason()
    {
        LetUpload(_ => Task.FromException(new IOException("The disk is full.")));

        var fault = await Assert.ThrowsAsync<IOException>(() => UploadAsync().WaitAsync(Patience));

        Assert.Equal("The disk is full.", fault.Message);
    }

    private Task UploadAsync()
    {
        var containers = new Containers(new BlobServiceClient("UseDevelopmentStorage=true"));
        var job = new FileJob(_file.Object, [], _host.Task, containers, new IncomingBlobs(containers), TimeProvider.System);
        return job.UploadAsync(new Progress<Step>(), CancellationToken.None);
    }

    private void LetUpload(Func<CancellationToken, Task> upload) => _file
        .Setup(f => f.UploadAsync(It.IsAny<IncomingBlobs>(), It.IsAny<Upload>(), It.IsAny<CancellationToken>()))
        .Returns(async (IncomingBlobs _, Upload _, CancellationToken token) =>
        {
            _began.SetResult();
            try
            {
                await upload(token);
            }
            finally
            {
                _isUploadEnded = true;
            }
        });
}
