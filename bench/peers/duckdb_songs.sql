-- The song files into a temporary staging table and nothing else. {songs} is a glob.
set preserve_insertion_order = false;

create temp table read_songs as
select artist_id, artist_latitude, artist_longitude, nullif(artist_location, '') as artist_location,
  artist_name, song_id, title, duration, year
from read_json('{songs}', auto_detect = false, columns = {{
  artist_id: 'varchar', artist_latitude: 'double', artist_longitude: 'double',
  artist_location: 'varchar', artist_name: 'varchar', song_id: 'varchar', title: 'varchar',
  duration: 'double', year: 'integer'
}});
